import Blueprint
import JSON

/// The Job that tells Pocket ID of the applications that ask it who somebody is.
///
/// Pocket ID has no file for this, but an API and a key of its own for it. It takes ids and secrets that others chose
/// (since version 2.14), so that they stand in the Secrets that the applications read themselves. What is there
/// already stays as it is.
struct PocketIDClients {
  static let key = "api-key"

  struct Client {
    /// The release that asks.
    var release: String
    var name: String
    var host: String
    /// The Secret with its id and its own secret.
    var secret: String
  }

  /// A Job cannot change: another plan is another Job.
  let name: String
  private let plan: String
  private let clients: [Client]
  private let secret: String
  private let release: Release

  /// - Parameters:
  ///   - release: Pocket ID itself.
  ///   - secret: its Secret.
  init(_ clients: [Client], of release: Release, secret: String) {
    self.clients = clients
    self.release = release
    self.secret = secret
    let plan: JSON = [
      "url": .string("http://\(release.name).\(release.namespace.name).svc:\(PocketID.port)"),
      "clients": .array(clients.map { ["name": .string($0.name), "host": .string($0.host)] }),
    ]
    self.plan = plan.text
    name = "\(release.name)-clients-\((plan.text + Self.script).fingerprint)"
  }

  var objects: [JSON] {
    PlanJob(
      metadata: release.metadata(name), container: "clients", script: Self.script, plan: plan, secret: secret,
      variables: ["API_KEY": Self.key],
      volumes: clients.map { ["name": .string($0.secret), "secret": ["secretName": .string($0.secret)]] },
      mounts: clients.map {
        ["name": .string($0.secret), "mountPath": .string("/clients/\($0.name)"), "readOnly": true]
      }
    ).objects
  }

  /// Waits for Pocket ID; then each client, its way back, and its secret.
  static let script = """
    import json
    import os
    import time
    import urllib.error
    import urllib.request

    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, "plan.json")) as file:
        plan = json.load(file)
    secrets = os.environ.get("CLIENTS", "/clients")
    deadline = time.monotonic() + 540


    def ask(method, path, body=None):
        \"\"\"None stands for: there is no such thing.\"\"\"
        data = None if body is None else json.dumps(body).encode()
        headers = {"X-API-Key": os.environ["API_KEY"].strip(), "Content-Type": "application/json"}
        while True:
            try:
                request = urllib.request.Request(plan["url"] + "/api" + path, data=data, headers=headers, method=method)
                with urllib.request.urlopen(request, timeout=20) as response:
                    return json.load(response)
            except urllib.error.HTTPError as error:
                text = error.read().decode(errors="replace")
                if error.code == 404:
                    return None
                if error.code not in (429, 502, 503, 504) or time.monotonic() > deadline:
                    raise SystemExit(f"{method} {path}: HTTP {error.code}: {text}")
            except OSError as error:
                if time.monotonic() > deadline:
                    raise SystemExit(f"{method} {path}: {error}")
            time.sleep(2)


    def read(client, key):
        with open(os.path.join(secrets, client["name"], key)) as file:
            return file.read().strip()


    for client in plan["clients"]:
        name, secret = read(client, "client-id"), read(client, "client-secret")
        path = f"/oidc/clients/{name}"
        back = f"https://{client['host']}/**"
        there = ask("GET", path)
        if there is None:
            ask("POST", "/oidc/clients", {
                "id": name, "name": client["name"], "callbackURLs": [back], "launchURL": f"https://{client['host']}",
            })
            print(f"made the client {name}")
        elif back not in (there["callbackURLs"] or []):
            ask("PUT", path, {**there, "callbackURLs": (there["callbackURLs"] or []) + [back]})
            print(f"let {client['host']} be a way back for the client {name}")
        known = ask("GET", f"{path}/secrets") or []
        if not any(one["isActive"] and one["prefix"] and secret.startswith(one["prefix"]) for one in known):
            ask("POST", f"{path}/secrets", {"secret": secret})
            print(f"told Pocket ID the secret of the client {name}")

    """
}

extension Applications {
  /// Tells Pocket ID of the applications that ask it.
  mutating func addPocketIDClients() {
    guard let provider = blueprint.identityProvider(platform), provider.kind == .pocketID,
      let index = index(of: provider.part.name), let options = platform.options(PocketID.self, of: provider.part)
    else { return }
    let clients = self.clients
    guard !clients.isEmpty else { return }
    let job = PocketIDClients(clients, of: blueprint.releases[index], secret: options.secret)
    addEnvironment([("STATIC_API_KEY", .secret(name: options.secret, key: PocketIDClients.key))], to: index)
    blueprint.releases[index].additions += job.objects
    let release = blueprint.releases[index]
    blueprint.releases[index].waitFor.append(
      WaitTarget(resource: "job", namespace: release.namespace.name, name: job.name, span: release.span))
    blueprint.releases[index].secretNeeds.append(
      SecretNeed(
        options.secret, in: release.namespace.name, keys: [PocketIDClients.key],
        for: "key of Pocket ID's API, 16 characters or more, which makes the clients that the file asks for"))
    flows.append(
      Flow(
        owner: release.name, from: .pods(namespace: release.namespace.name), to: release.pods, ports: [PocketID.port],
        reason: "A Job tells '\(release.name)' of the applications that ask it who somebody is."))
    for client in clients {
      if let release = blueprint.release(client.release) { share(client.secret, of: release, with: index) }
    }
  }

  /// Applications that ask themselves, and oauth2-proxy, which asks for others.
  private var clients: [PocketIDClients.Client] {
    let proxies = platform.all("oauth2-proxy").compactMap { part -> PocketIDClients.Client? in
      guard let options = platform.options(OAuth2Proxy.self, of: part), options.issuer == nil,
        let host = blueprint.release(part.name)?.exposures.first?.host.value
      else { return nil }
      return .init(release: part.name, name: part.name, host: host, secret: options.secret)
    }
    return proxies
      + identities.filter { $0.protection == .openIDConnect }.map {
        .init(release: $0.release, name: $0.name, host: $0.host, secret: Self.identitySecret(of: $0.release))
      }
  }
}
