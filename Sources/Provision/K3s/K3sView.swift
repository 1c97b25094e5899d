import Hosts
import JSON

/// What a server's API says of the cluster's machines.
struct K3sView: Sendable, Equatable {
  struct Node: Sendable, Equatable {
    var name: String
    var isReady: Bool
    /// Why it is not.
    var message: String
    /// Not ready for nothing but that no network for pods is there yet: what the platform brings later.
    var waitsForNetwork: Bool
    /// Whether it is a member of etcd, and one whose vote counts.
    var isVoter: Bool?
    /// What its kubelet says it is.
    var version: String
    var isServer: Bool
    var labels: [String: String] = [:]
    /// `key=value:Effect`
    var taints: Set<String> = []
    /// The cluster has missed its kubelet by now, without which no pod there comes to its end.
    var isSilent = false
  }

  /// Whether the API server that was asked calls itself ready.
  var isReady: Bool
  var nodes: [String: Node]

  /// Asks the API server of this machine, through the kubeconfig that k3s wrote there. Both questions are asked beside
  /// each other: `k3s kubectl` takes a while to start.
  static let script = HostScript(
    """
    if k3s kubectl get --raw=/readyz >/dev/null 2>&1; then echo ready; else echo waiting; fi | {
      nodes=$(k3s kubectl get --raw=/api/v1/nodes --request-timeout=10s </dev/null) || exit
      read -r word
      printf '%s\\n%s\\n' "$word" "$nodes"
    }
    """, asRoot: true, timeout: .seconds(40), label: "asking the API server for its nodes")

  /// - Returns: `nil` where the server does not answer yet.
  init?(_ result: HostResult) {
    guard result.isSuccess, let end = result.output.firstIndex(of: 0x0A),
      let json = try? JSON(parsing: Array(result.output[(end + 1)...])), let items = json["items"]?.array
    else { return nil }
    isReady = String(decoding: result.output[..<end], as: UTF8.self) == "ready"
    nodes = [:]
    for item in items {
      guard let node = Node(item) else { continue }
      nodes[node.name] = node
    }
  }
}

extension K3sView.Node {
  init?(_ json: JSON) {
    guard let name = json["metadata"]?["name"]?.string else { return nil }
    self.name = name
    let conditions = json["status"]?["conditions"]?.array ?? []
    func condition(_ type: String) -> JSON? { conditions.first { $0["type"]?.string == type } }
    let ready = condition("Ready")
    let status = ready?["status"]?.string
    isReady = status == "True"
    isSilent = status == "Unknown"
    message = ready?["message"]?.string ?? "its kubelet has not reported yet"
    let words = message.lowercased()
    waitsForNetwork = status == "False" && (words.contains("cni") || words.contains("network plugin"))
    isVoter = condition("EtcdIsVoter").map { $0["status"]?.string == "True" }
    version = json["status"]?["nodeInfo"]?["kubeletVersion"]?.string ?? ""
    for member in json["metadata"]?["labels"]?.object?.members ?? [] { labels[member.key] = member.value.string ?? "" }
    for taint in json["spec"]?["taints"]?.array ?? [] {
      let value = taint["value"]?.string.map { $0.isEmpty ? "" : "=\($0)" } ?? ""
      taints.insert("\(taint["key"]?.string ?? "")\(value):\(taint["effect"]?.string ?? "")")
    }
    isServer =
      labels["node-role.kubernetes.io/control-plane"] != nil || labels["node-role.kubernetes.io/master"] != nil
  }

  /// Whether the cluster can do without another of its kind for a moment.
  /// - Parameters:
  ///   - withEtcd: whether the servers keep their data in etcd.
  ///   - withNetwork: whether there has to be a network for pods by now.
  func isHealthy(withEtcd: Bool, withNetwork: Bool) -> Bool {
    (isReady || !withNetwork && waitsForNetwork) && (!isServer || !withEtcd || isVoter == true)
  }
}
