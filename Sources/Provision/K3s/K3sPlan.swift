public import Blueprint
import Digest
import Render

/// What k3s lacks on one machine: a function of the cluster file and of what was found there.
public struct K3sNodePlan: Sendable, Equatable {
  public var node: String
  public var isServer: Bool
  public var steps: [Step] = []
  public var refusals: [Refusal] = []

  public enum Step: Sendable, Equatable {
    /// `from` is `nil` where there is none yet.
    case install(version: String, from: String?)
    /// The cluster's token, which a machine joins with.
    case writeToken
    case writeFile(DesiredFile, observed: String)
    /// So that it starts with the machine.
    case enable
    case start
    /// It runs, and with other files or another version than those that are there.
    case restart(reason: String)
    /// Labels or taints of its node, through the API: seen only once the cluster runs, and so in no plan.
    case mark(verb: String, [String])
  }

  public var isEmpty: Bool { steps.isEmpty && refusals.isEmpty }

  /// Whether k3s on this machine stops for a moment.
  public var restarts: Bool {
    steps.contains {
      switch $0 {
      case .restart: true
      case .install(_, let from): from != nil
      default: false
      }
    }
  }
}

/// What is known of k3s on the machines together.
struct K3sCluster {
  let blueprint: Blueprint
  /// By the name of the node; who could not be asked is not there.
  let facts: [String: HostFacts]

  /// Servers that hold the cluster's data, in the order of the file.
  var established: [NodeSpec] { blueprint.servers.filter { facts[$0.name]?.k3s.value?.datastore != nil } }

  /// Whether it is the first server of the file, made anew, and the cluster lives on others: then it joins them.
  func isReplaced(_ node: NodeSpec) -> Bool {
    blueprint.servers.first?.name == node.name && !established.isEmpty
      && !established.contains { $0.name == node.name }
  }

  /// Whether images come from a folder, and not from the Internet.
  var isAirGapped: Bool {
    if case .airGap? = blueprint.kubernetes?.install { true } else { false }
  }

  /// The digest of the cluster's token.
  var token: String? {
    for server in established {
      if let file = facts[server.name]?.files.value?[K3sPaths.serverToken] { return file.digest }
    }
    return nil
  }
}

enum K3sPaths {
  static let serverToken = "/var/lib/rancher/k3s/server/token"
  static let joinToken = K3sNode.tokenFile
  static let images = "/var/lib/rancher/k3s/agent/images"
  /// Tells a first server that was made anew to join those that are there.
  static let joinFile = "/etc/rancher/k3s/config.yaml.d/90-croft-join.yaml"
  static let kubeconfig = "/etc/rancher/k3s/k3s.yaml"
  static let program = K3sService.program
}

/// What k3s lacks on a machine. Where it runs as it is to run, the plan is empty.
/// - Parameter facts: what was found on every machine that answered, this one among them.
public func k3sPlan(_ blueprint: Blueprint, _ node: NodeSpec, facts: [String: HostFacts]) -> K3sNodePlan {
  K3sPlanner(cluster: K3sCluster(blueprint: blueprint, facts: facts), node: node).plan()
}

/// What has to be asked of a machine besides what preparing it asks.
func k3sFactsRequest(_ blueprint: Blueprint, _ node: NodeSpec) -> FactsRequest {
  var request = FactsRequest()
  guard blueprint.runsK3s(on: node) else { return request }
  request.files = Set(NodeFiles(blueprint: blueprint, node: node).kubernetesFiles.map(\.path))
  request.files.formUnion([K3sService.startedWith, K3sPaths.serverToken, K3sPaths.joinToken, K3sPaths.joinFile])
  request.units = [K3sService.name(isServer: true), K3sService.name(isServer: false)]
  return request
}

extension Blueprint {
  /// Whether Croft itself brings k3s up there.
  package func runsK3s(on node: NodeSpec) -> Bool { kubernetes?.distribution == .k3s && system(of: node) == .debian }
}

private struct K3sPlanner {
  let cluster: K3sCluster
  let node: NodeSpec

  private var isServer: Bool { node.role == .controlPlane }
  private var unit: String { K3sService.name(isServer: isServer) }

  func plan() -> K3sNodePlan {
    var plan = K3sNodePlan(node: node.name, isServer: isServer)
    guard let facts = cluster.facts[node.name], cluster.blueprint.runsK3s(on: node) else { return plan }
    func refuse(_ reason: String, _ fix: String) {
      plan.refusals.append(Refusal(.kubernetes, reason, fix: fix))
    }
    guard let version = cluster.blueprint.kubernetes?.version else {
      refuse("the cluster file names no version of k3s", "add 'version:' to 'kubernetes', such as v1.33.4+k3s1")
      return plan
    }
    guard case .known(let k3s) = facts.k3s, case .known(let files) = facts.files, case .known(let units) = facts.units
    else {
      let reason = facts.k3s.reason ?? facts.files.reason ?? facts.units.reason ?? "it was not asked"
      refuse("what k3s does there is unknown: \(reason)", "look at the machine with 'croft facts \(node.name)'")
      return plan
    }
    let other = K3sService.name(isServer: !isServer)
    if units[other]?.isOn == true || !isServer && k3s.datastore != nil {
      refuse(
        "k3s runs there as \(isServer ? "an agent" : "a server"), and the cluster file says \(node.role.rawValue)",
        "take the machine out of the cluster with 'croft nodes remove \(node.name)' first, or correct 'role'")
      return plan
    }
    if let found = k3s.version, found != version {
      if let refusal = Self.refusal(from: found, to: version) {
        plan.refusals.append(refusal)
        return plan
      }
      plan.steps.append(.install(version: version, from: found))
    } else if k3s.version == nil || cluster.isAirGapped && !k3s.hasImages {
      plan.steps.append(.install(version: version, from: nil))
    }
    let machine = DesiredNode(cluster.blueprint, node, sources: [:])
    var ports = NodePlanner(machine, facts, keys: [])
    ports.kubernetes()
    plan.refusals += ports.result.refusals
    let desired = machine.kubernetesFiles
    for file in desired {
      if let observed = file.difference(in: files) { plan.steps.append(.writeFile(file, observed: observed)) }
    }
    if joins, files[K3sPaths.joinToken] == nil || cluster.token.map({ $0 != files[K3sPaths.joinToken]?.digest }) == true
    {
      plan.steps.append(.writeToken)
    }
    let state = units[unit]
    if state?.isEnabled != true { plan.steps.append(.enable) }
    if state?.isActive != true {
      plan.steps.append(.start)
    } else if files[K3sService.startedWith]?.digest != Self.note(version, desired) {
      plan.steps.append(.restart(reason: reason(plan.steps)))
    }
    return plan
  }

  /// Whether it needs a token: everybody but who starts the cluster.
  private var joins: Bool {
    !isServer || cluster.blueprint.servers.first?.name != node.name || cluster.isReplaced(node)
  }

  private func reason(_ steps: [K3sNodePlan.Step]) -> String {
    for step in steps {
      switch step {
      case .install(let version, let from?): return "from \(from) to \(version)"
      case .writeFile(let file, _): return "\(file.path) changes"
      default: continue
      }
    }
    return "what it reads changed since it was started"
  }

  /// What k3s writes of itself when it starts with these files; see `K3sService`.
  static func note(_ version: String, _ files: [DesiredFile]) -> String {
    let lines = files.sorted { $0.path < $1.path }.map { "\(SHA256.hex($0.content))  \($0.path)\n" }
    return SHA256.hex(Array((version + "\n" + lines.joined()).utf8))
  }

  /// https://kubernetes.io/releases/version-skew-policy/: one minor version after the other, and never back.
  static func refusal(from: String, to: String) -> Refusal? {
    guard let old = KubernetesMinor(from), let new = KubernetesMinor(to) else { return nil }
    if new.number < old.number {
      return Refusal(
        .kubernetes,
        "k3s \(from) runs there, and \(to) is older: Kubernetes does not go back to a minor version before",
        fix: "write '\(from)' or newer, or restore a backup that was made with \(to)")
    }
    guard new.number > old.number + 1 else { return nil }
    return Refusal(
      .kubernetes, "k3s \(from) runs there, and \(to) is more than one minor version ahead",
      fix: "go through a version 1.\(old.number + 1) first")
  }
}

/// The second number of a version: `v1.33.4+k3s1` is 33.
private struct KubernetesMinor {
  let number: Int
  init?(_ version: String) {
    let parts = version.drop { $0 == "v" }.split(separator: ".")
    guard parts.count >= 2, let number = Int(parts[1]) else { return nil }
    self.number = number
  }
}

extension DesiredFile {
  /// What is different about the one that is there; `nil`: nothing.
  func difference(in files: [String: HostFacts.File]) -> String? {
    guard let found = files[path] else { return "not there" }
    if found.digest != SHA256.hex(content) { return "has other content" }
    if let mode, found.mode != mode { return "has the permissions \(found.mode)" }
    if mode != nil, found.owner != owner || found.group != group { return "belongs to \(found.owner):\(found.group)" }
    return nil
  }
}
