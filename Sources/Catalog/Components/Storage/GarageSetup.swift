import Blueprint
import JSON

/// The Job that gives Garage's pods their parts, and makes its key and its buckets.
///
/// Garage does none of this from its configuration, and its image has no shell. What is there already stays as it is.
/// https://garagehq.deuxfleurs.fr/api/garage-admin-v2.html
struct GarageSetup {
  /// A Job cannot change: another plan is another Job.
  let name: String
  private let plan: String
  private let options: Garage.Options
  private let context: ComponentContext

  init(_ options: Garage.Options, _ context: ComponentContext, adminPort: Int) {
    self.options = options
    self.context = context
    let plan: JSON = [
      "url": .string("http://\(context.name).\(context.namespace).svc:\(adminPort)"), "nodes": .int(options.replicas),
      "size": .string(options.storage.size), "buckets": .array(options.buckets.map { .string($0) }),
    ]
    self.plan = plan.text
    name = "\(context.name)-setup-\((plan.text + Self.script).fingerprint)"
  }

  var objects: [JSON] {
    PlanJob(
      metadata: context.metadata(name), container: "setup", script: Self.script, plan: plan, secret: options.secret,
      variables: ["ADMIN_TOKEN": "admin-token", "ACCESS_KEY": "access-key", "SECRET_KEY": "secret-key"]
    ).objects
  }

  /// Waits for as many pods as there are to be; assigns those without a part; then the key and the buckets.
  static let script = """
    import json
    import os
    import time
    import urllib.error
    import urllib.parse
    import urllib.request

    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "plan.json")) as file:
        plan = json.load(file)
    deadline = time.monotonic() + 540
    units = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40, "Pi": 2**50,
             "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "P": 10**15}


    def size(text):
        unit = text.lstrip("0123456789.")
        return int(float(text[: len(text) - len(unit)]) * units.get(unit, 1))


    def ask(call, body=None, **query):
        \"\"\"None stands for: there is no such thing.\"\"\"
        url = f"{plan['url']}/v2/{call}" + (f"?{urllib.parse.urlencode(query)}" if query else "")
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {os.environ['ADMIN_TOKEN']}", "Content-Type": "application/json"}
        while True:
            try:
                request = urllib.request.Request(url, data=data, headers=headers)
                with urllib.request.urlopen(request, timeout=20) as response:
                    return json.load(response)
            except urllib.error.HTTPError as error:
                text = error.read().decode(errors="replace")
                if error.code == 404:
                    return None
                if error.code < 500 or time.monotonic() > deadline:
                    raise SystemExit(f"{call}: HTTP {error.code}: {text}")
            except OSError as error:
                if time.monotonic() > deadline:
                    raise SystemExit(f"{call}: {error}")
            time.sleep(2)


    while True:
        nodes = [node for node in ask("GetClusterStatus")["nodes"] if node["isUp"]]
        if len(nodes) >= plan["nodes"]:
            break
        if time.monotonic() > deadline:
            raise SystemExit(f"{len(nodes)} of {plan['nodes']} pods have found each other")
        time.sleep(2)

    layout = ask("GetClusterLayout")
    capacity = size(plan["size"])
    parts = {role["id"]: role for role in layout["roles"]}
    changes = [
        {"id": node["id"], "zone": parts.get(node["id"], {}).get("zone", "home"), "capacity": capacity, "tags": []}
        for node in nodes
        if parts.get(node["id"], {}).get("capacity") != capacity
    ]
    if changes:
        ask("UpdateClusterLayout", {"roles": changes})
    if changes or layout["stagedRoleChanges"]:
        ask("ApplyClusterLayout", {"version": layout["version"] + 1})
        print(f"gave {len(changes)} pods their parts")

    key = os.environ["ACCESS_KEY"].strip()
    if ask("GetKeyInfo", id=key) is None:
        secret = os.environ["SECRET_KEY"].strip()
        ask("ImportKey", {"accessKeyId": key, "secretAccessKey": secret, "name": "croft"})
        print("made the key")
    for name in plan["buckets"]:
        bucket = ask("GetBucketInfo", globalAlias=name)
        if bucket is None:
            bucket = ask("CreateBucket", {"globalAlias": name})
            print(f"made the bucket {name}")
        permissions = {"read": True, "write": True, "owner": True}
        ask("AllowBucketKey", {"bucketId": bucket["id"], "accessKeyId": key, "permissions": permissions})

    """
}
