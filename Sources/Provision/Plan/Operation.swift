/// One thing that is not true of a machine yet, and will be.
public struct Operation: Sendable, Equatable {
  public var stage: NodeStage
  public var action: Action
  /// What is done, in a line.
  public var title: String
  /// What was found instead, in a few words.
  public var observed: String
  public var impact: [Impact] = []

  public init(stage: NodeStage, action: Action, title: String, observed: String, impact: [Impact] = []) {
    self.stage = stage
    self.action = action
    self.title = title
    self.observed = observed
    self.impact = impact
  }

  public enum Impact: Sendable, Equatable {
    /// A unit.
    case restarts(String)
    case reboots
    /// What is lost.
    case destroys(String)
    /// Logins or the network could be lost; the change goes back by itself unless a new login works.
    case revertsByItself
  }

  public enum Action: Sendable, Equatable {
    /// The key's file and the list's.
    case addRepository([DesiredFile])
    case installPackages([String])
    case addUser(name: String, shell: String)
    case addToGroups(user: String, groups: [String])
    case authorizeKeys(user: String, keys: [String])
    case allowSudo(DesiredFile)
    case writeFile(DesiredFile, then: FollowUp)
    case setSSHServer(DesiredFile)
    case loadModules([String])
    /// From the file that is there already.
    case readSysctls(String)
    case startUnit(String)
    case startTimeService(String, waits: Bool)
    case setBootArguments(file: DesiredFile, previous: String?)
    case setGRUB(DesiredFile)
    case reboot
    case wipe(DiskFingerprint)
    case format(DiskFingerprint, filesystem: String)
    case mount(unit: String, place: String, file: DesiredFile)
    case setNetwork(DesiredFile, manager: String, addresses: [String], interface: String)
  }

  /// What has to happen for a file to be heeded.
  public enum FollowUp: Sendable, Equatable {
    case nothing
    case readSysctls
    case reloadSystemd
    case reloadLinks
    case restart(String)
  }
}

/// What a disk was when somebody agreed to what is done to it.
public struct DiskFingerprint: Sendable, Hashable {
  /// As the cluster file has it.
  public var device: String
  /// What that stands for.
  public var path: String
  public var serial: String?
  /// In bytes.
  public var size: Int
  public var signatures: [String]

  public init(device: String, path: String, serial: String?, size: Int, signatures: [String]) {
    self.device = device
    self.path = path
    self.serial = serial
    self.size = size
    self.signatures = signatures
  }
}

/// Why something that is to be true of a machine cannot be made true.
public struct Refusal: Sendable, Equatable, CustomStringConvertible {
  public var stage: NodeStage
  public var reason: String
  public var fix: String

  public init(_ stage: NodeStage, _ reason: String, fix: String) {
    self.stage = stage
    self.reason = reason
    self.fix = fix
  }

  public var description: String { "\(reason); \(fix)" }
}

/// What is missing on a machine, in the order in which it is done.
public struct NodePlan: Sendable, Equatable {
  public var node: String
  public var operations: [Operation] = []
  public var refusals: [Refusal] = []
  /// What somebody should know, and nothing is done about.
  public var notes: [String] = []

  public init(node: String) { self.node = node }

  public var isEmpty: Bool { operations.isEmpty && refusals.isEmpty }

  /// The part of it that these stages do.
  public func limited(to stages: Set<NodeStage>) -> NodePlan {
    var plan = self
    plan.operations.removeAll { !stages.contains($0.stage) }
    plan.refusals.removeAll { !stages.contains($0.stage) }
    return plan
  }

  /// The disks that would lose what is on them.
  public var destroyed: [DiskFingerprint] {
    operations.compactMap { if case .wipe(let disk) = $0.action { disk } else { nil } }
  }
}
