import Blueprint
import JSON

/// A host that authentik stands before.
struct ProtectedHost: Sendable, Equatable {
  enum Protection: Sendable, Equatable {
    /// The ingress asks it about each request.
    case forwardAuthentication
    /// Requests go through it to this address.
    case proxy(String)
    /// The application asks.
    case openIDConnect
  }
  var release: String
  /// Names the application there.
  var name: String
  var host: String
  var protection: Protection

  /// The variable of authentik's own pods that holds what its Secret holds: `OIDC_GITEA_CLIENT_ID`.
  func variable(_ part: String) -> String {
    "OIDC_" + String(name.uppercased().map { $0.isLetter || $0.isNumber ? $0 : "_" }) + "_" + part
  }
}

/// What authentik is to know of applications, as it reads it (https://docs.goauthentik.io/customize/blueprints/).
///
/// A provider for each host, an application for each provider, and all that requests are asked about in the outpost that
/// authentik runs itself. Written by hand, since its tags (`!Find`) are no JSON.
struct AuthentikBlueprint {
  let hosts: [ProtectedHost]
  /// Where people reach authentik, for the way to the page to sign in.
  let address: String?

  var text: String {
    let entries = hosts.flatMap { [provider($0), application($0)] } + outpost
    return """
      version: 1
      metadata:
        name: Applications of the cluster file
        labels: {blueprints.goauthentik.io/instantiate: "true"}
      entries:

      """ + entries.joined()
  }

  private func provider(_ host: ProtectedHost) -> String {
    let flows = """
            authorization_flow: !Find [authentik_flows.flow, [slug, default-provider-authorization-implicit-consent]]
            invalidation_flow: !Find [authentik_flows.flow, [slug, default-provider-invalidation-flow]]

      """
    let isProxy = host.protection != .openIDConnect
    let head = """
        - model: \(isProxy ? "authentik_providers_proxy.proxyprovider" : "authentik_providers_oauth2.oauth2provider")
          id: provider-\(host.name)
          identifiers: {name: \(quoted(host.name))}
          attrs:

      """
    switch host.protection {
    case .forwardAuthentication:
      return head + flows + """
              mode: forward_single
              external_host: \(quoted("https://\(host.host)"))

        """
    case .proxy(let address):
      return head + flows + """
              mode: proxy
              external_host: \(quoted("https://\(host.host)"))
              internal_host: \(quoted(address))

        """
    case .openIDConnect:
      let pattern = "https://\(host.host.split(separator: ".").joined(separator: "\\."))/.*"
      return head + flows + """
              client_type: confidential
              client_id: !Env \(host.variable("CLIENT_ID"))
              client_secret: !Env \(host.variable("CLIENT_SECRET"))
              redirect_uris: [{matching_mode: regex, url: \(quoted(pattern))}]
              signing_key: !Find [authentik_crypto.certificatekeypair, [name, authentik Self-signed Certificate]]
              property_mappings:
                - !Find [authentik_providers_oauth2.scopemapping, [scope_name, openid]]
                - !Find [authentik_providers_oauth2.scopemapping, [scope_name, email]]
                - !Find [authentik_providers_oauth2.scopemapping, [scope_name, profile]]

        """
    }
  }

  private func application(_ host: ProtectedHost) -> String {
    """
      - model: authentik_core.application
        identifiers: {slug: \(quoted(host.name))}
        attrs:
          name: \(quoted(host.name))
          provider: !KeyOf provider-\(host.name)
          meta_launch_url: \(quoted("https://\(host.host)"))

    """
  }

  private var outpost: [String] {
    let asked = hosts.filter { $0.protection != .openIDConnect }
    guard !asked.isEmpty else { return [] }
    let providers = asked.map { "          - !KeyOf provider-\($0.name)\n" }.joined()
    let config = address.map { "      config: {authentik_host: \(quoted("https://\($0)"))}\n" } ?? ""
    return [
      """
        - model: authentik_outposts.outpost
          identifiers: {managed: goauthentik.io/outposts/embedded}
          attrs:
            name: authentik Embedded Outpost
            type: proxy
            providers:

      """ + providers + config
    ]
  }

  private func quoted(_ text: String) -> String { JSON.string(text).text }
}

extension Applications {
  /// Tells authentik of the applications that it stands before.
  mutating func addAuthentikBlueprint() {
    guard let part = platform.part("authentik"), let index = index(of: part.name), !identities.isEmpty else { return }
    let release = blueprint.releases[index]
    let name = "\(part.name)-applications"
    let text = AuthentikBlueprint(hosts: identities, address: release.exposures.first?.host.value).text
    blueprint.releases[index].additions.append([
      "apiVersion": "v1", "kind": "ConfigMap", "metadata": release.metadata(name, namespace: part.namespace),
      "data": ["applications.yaml": .string(text)],
    ])
    let others = release.values[path: "blueprints", "configMaps"]?.array ?? []
    blueprint.releases[index].values[path: "blueprints", "configMaps"] = .array(others + [.string(name)])
    for identity in identities where identity.protection == .openIDConnect { share(identity, with: index) }
  }

  /// Gives authentik the id and secret of a client from the Secret that the client itself reads: nobody copies them.
  private mutating func share(_ identity: ProtectedHost, with index: Int) {
    guard let client = blueprint.release(identity.release) else { return }
    let secret = Self.identitySecret(of: client)
    let variables: [JSON] = [("CLIENT_ID", "client-id"), ("CLIENT_SECRET", "client-secret")].map { part, key in
      [
        "name": .string(identity.variable(part)),
        "valueFrom": ["secretKeyRef": ["name": .string(secret), "key": .string(key)]],
      ]
    }
    let others = blueprint.releases[index].values[path: "global", "env"]?.array ?? []
    blueprint.releases[index].values[path: "global", "env"] = .array(others + variables)
    share(secret, of: client, with: index)
  }

  /// Brings the Secret of a client of OpenID Connect to the provider's namespace too.
  mutating func share(_ secret: String, of client: Release, with index: Int) {
    let provider = blueprint.releases[index]
    let namespace = provider.namespace.name
    let need = SecretNeed(
      secret, in: namespace, keys: ["client-id", "client-secret"],
      for: "what '\(client.name)' is to \(provider.name): its id, and a secret that both know")
    guard client.namespace.name != namespace, !provider.secretNeeds.contains(need) else { return }
    blueprint.releases[index].secretNeeds.append(need)
    if let store = secretStore, provided.insert("\(namespace)/\(secret)").inserted {
      add(
        [
          store.externalSecret(provider.metadata(secret, namespace: namespace), item: store.item(secret, of: client))
        ], to: index, needing: [store.part])
    }
  }
}
