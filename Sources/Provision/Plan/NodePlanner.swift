public import Blueprint
import Catalog
import Digest
import Render

/// What a machine lacks, from the cluster file and what was found there. The same input gives the same plan; where the
/// machine is as it is to be, the plan is empty.
/// - Parameters:
///   - sources: the content of files that the cluster file names, by path (`provisionSources`).
///   - keys: public keys that Croft logs in with, where that is known: `ssh-ed25519 AAAA…`.
public func operations(
  _ blueprint: Blueprint, _ node: NodeSpec, _ facts: HostFacts, sources: [String: [UInt8]] = [:], keys: [String] = []
) -> NodePlan {
  var planner = NodePlanner(DesiredNode(blueprint, node, sources: sources), facts, keys: keys)
  planner.plan()
  return planner.result
}

/// What has to be asked of a machine to know what it lacks.
public func factsRequest(_ blueprint: Blueprint, _ node: NodeSpec, sources: [String: [UInt8]] = [:]) -> FactsRequest {
  NodePlanner(DesiredNode(blueprint, node, sources: sources), HostFacts(), keys: []).request
}

/// Files beside the cluster file that machines get something from, by the paths that it gives.
public func provisionSources(_ blueprint: Blueprint) -> [String] { DesiredNode.sources(of: blueprint) }

struct NodePlanner {
  let desired: DesiredNode
  let facts: HostFacts
  let keys: [String]
  var result: NodePlan

  init(_ desired: DesiredNode, _ facts: HostFacts, keys: [String]) {
    self.desired = desired
    self.facts = facts
    self.keys = keys
    result = NodePlan(node: desired.node.name)
  }

  var node: NodeSpec { desired.node }

  mutating func plan() {
    guard isPrepared() else { return }
    packages()
    users()
    sshServer()
    system()
    time()
    boot()
    disks()
    network()
    kubernetes()
    space()
    result.operations = NodeStage.allCases.flatMap { stage in result.operations.filter { $0.stage == stage } }
    result.refusals.sort { $0.stage < $1.stage }
  }

  /// Whether it is a machine of the kind that Croft prepares.
  private mutating func isPrepared() -> Bool {
    let system = desired.blueprint.system(of: node)
    guard system == .debian else {
      result.notes.append(
        system == .nixos
          ? "runs NixOS: 'croft render' writes its configuration, and Colmena applies it"
          : "runs Talos: it is configured through its API")
      return false
    }
    switch facts.system {
    case .unknown(let reason):
      refuse(.packages, "what it runs is unknown: \(reason)", "make /etc/os-release readable")
      return false
    case .known(let found) where !found.isDebian:
      refuse(
        .packages, "it runs \(found.name.isEmpty ? found.id : found.name), not Debian or one of its kin",
        "install Debian, or write another 'os' for \(node.name)")
      return false
    default: break
    }
    guard facts.host.hasSystemd else {
      refuse(.packages, "systemd does not run there", "start the machine with systemd as its init")
      return false
    }
    if let wanted = node.hardware.architecture, !facts.host.architecture.isEmpty,
      wanted.rawValue != facts.host.architecture
    {
      refuse(
        .packages, "its processor is \(facts.host.architecture), and the cluster file says \(wanted.rawValue)",
        "correct 'hardware.architecture', or the address: this may be another machine")
      return false
    }
    if facts.host.needsReboot { result.notes.append("a package asks for a restart of the machine") }
    return true
  }

  // MARK: What is asked

  static let timeServices = [
    "systemd-timesyncd.service", "chrony.service", "ntpsec.service", "ntp.service", "openntpd.service",
  ]
  static let k3sUnits = ["k3s.service", "k3s-agent.service"]
  private static let commonUnits =
    timeServices + k3sUnits + NetworkManager.allCases.map { "\($0.rawValue).service" }
    + ["networking.service", "ssh.service"]

  var request: FactsRequest {
    var request = FactsRequest()
    request.packages = desired.packages.union(["systemd-timesyncd"])
    let files =
      desired.systemFiles + desired.timeFiles + desired.kubernetesFiles + [desired.sshServerFile].compactMap { $0 }
      + desired.machines.repositories.flatMap { repositoryFiles($0) ?? [] }
      + desired.machines.users.filter(\.sudo).map { Self.sudoFile($0.name) }
      + desired.mountedDisks.map { DesiredNode.mountUnit(of: $0).file }
    request.files = Set(files.map(\.path))
    request.files.insert(NodeFiles.grub([]).path)
    for manager in NetworkManager.allCases {
      if let file = desired.rendered.addresses(for: manager, on: "eth0") { request.files.insert(file.path) }
    }
    request.units = Set(desired.enabledUnits + Self.commonUnits)
    request.units.formUnion(desired.mountedDisks.map { DesiredNode.mountUnit(of: $0).name })
    request.formUnion(k3sFactsRequest(desired.blueprint, node))
    request.users = Set(desired.machines.users.map(\.name))
    request.groups = Set(desired.machines.users.flatMap(\.groups))
    request.sysctls = Set(desired.rendered.sysctls.map(\.name))
    request.modules = Set(desired.rendered.modules)
    request.ports = Set(ports.keys)
    request.devices = Set(node.disks.filter { $0.use != .system }.map(\.device))
    request.unneeded = ["virtualization", "routes"]
    if request.devices.isEmpty { request.unneeded.insert("disks") }
    if node.hardware.interface == nil, node.hardware.mac == nil { request.unneeded.insert("addresses") }
    return request
  }

  /// Ports of Kubernetes on this machine, and who listens there when it runs.
  var ports: [Int: String] {
    var ports = [10250: "the kubelet"]
    if node.role == .controlPlane {
      ports[desired.blueprint.kubernetes?.port ?? 6443] = "the API server"
      if desired.blueprint.servers.count > 1 || desired.blueprint.kubernetes?.datastore == .etcd {
        ports[2379] = "etcd"
        ports[2380] = "etcd"
      }
    }
    return ports
  }

  // MARK: Words

  mutating func refuse(_ stage: NodeStage, _ reason: String, _ fix: String) {
    result.refusals.append(Refusal(stage, reason, fix: fix))
  }

  mutating func add(
    _ stage: NodeStage, _ action: Operation.Action, _ title: String, observed: String,
    impact: [Operation.Impact] = []
  ) {
    result.operations.append(
      Operation(stage: stage, action: action, title: title, observed: observed, impact: impact))
  }

  /// What is known, or a refusal of what needs it.
  mutating func need<Value>(_ known: Known<Value>, _ stage: NodeStage, for what: String, _ fix: String) -> Value? {
    switch known {
    case .known(let value): return value
    case .unknown(let reason):
      refuse(stage, "\(what) cannot be looked at: \(reason)", fix)
      return nil
    }
  }

  /// What is different about a file; `nil`: nothing.
  func difference(_ file: DesiredFile, in files: [String: HostFacts.File]) -> String? {
    guard let found = files[file.path] else { return "not there" }
    if found.digest != SHA256.hex(file.content) { return "has other content" }
    if let mode = file.mode, found.mode != mode { return "has the permissions \(found.mode)" }
    if file.mode != nil, found.owner != file.owner || found.group != file.group {
      return "belongs to \(found.owner):\(found.group)"
    }
    return nil
  }

  /// A change that nobody confirmed is not there to stay.
  func pending(_ name: String) -> String? {
    facts.host.pending.contains(name) ? "was not confirmed, and goes back soon" : nil
  }

  /// Where the machine has less room than work there needs.
  private mutating func space() {
    guard !result.operations.isEmpty, let space = facts.space.value else { return }
    for system in space where system.mount != "/boot" && system.free < 256 << 20 {
      refuse(
        result.operations[0].stage,
        "\(system.mount) has only \(system.free >> 20) MiB left of \(system.size >> 20) MiB",
        "make room there: 'journalctl --vacuum-size=100M' and 'apt-get clean' are safe")
    }
  }
}
