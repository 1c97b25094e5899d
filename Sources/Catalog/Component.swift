package import Blueprint
package import JSON

/// A component of the catalogue: how a user's few options become a release.
///
/// One type in one file, listed in `allComponents`. What it makes follows from its options and the rest of the cluster
/// file alone.
package protocol Component: Sendable {
  associatedtype Options: ComponentOptions
  static var about: About { get }
  /// Reads the component's own keys. Every key is read whether it is there or not.
  static func options(_ reader: inout MappingReader) -> Options?
  static func make(_ options: Options, _ context: ComponentContext) -> Contribution
}

/// What is known of a component before anybody asks for it.
package struct About: Sendable {
  package var name: String
  /// A sentence.
  package var summary: String
  /// `nil` for one that has no chart and is made of objects alone.
  package var chart: ChartReference?
  package var namespace: String
  /// Whether its pods need what the Pod Security Standards call privileged.
  package var isPrivileged: Bool
  /// Components that must be ready first, where the cluster has them.
  package var dependsOn: [String]
  /// Components that it had better start after.
  package var after: [String]
  /// Definitions that it brings, by name: `certificates.cert-manager.io`.
  package var definitions: [String]
  package var nodes: NodeRequirements
  package var overhead: Overhead

  package init(
    _ name: String, _ summary: String, chart: ChartReference? = nil, namespace: String, isPrivileged: Bool = false,
    dependsOn: [String] = [], after: [String] = [], definitions: [String] = [], nodes: NodeRequirements = .init(),
    overhead: Overhead = .init()
  ) {
    self.name = name
    self.summary = summary
    self.chart = chart
    self.namespace = namespace
    self.isPrivileged = isPrivileged
    self.dependsOn = dependsOn
    self.after = after
    self.definitions = definitions
    self.nodes = nodes
    self.overhead = overhead
  }
}

/// A chart at the version that the catalogue was written for.
package struct ChartReference: Sendable, Equatable {
  /// `https://…`, or `oci://registry/path/chart` with the chart's name in it.
  package var repository: String
  package var name: String
  package var version: String
  /// The oldest minor version of Kubernetes 1 that the chart says it is for; `nil` where it says nothing.
  package var kubernetes: Int?
  package init(_ repository: String, _ name: String, _ version: String, kubernetes: Int? = nil) {
    self.repository = repository
    self.name = name
    self.version = version
    self.kubernetes = kubernetes
  }
}

/// What a node needs that runs a component.
package struct NodeRequirements: Sendable, Equatable {
  /// Debian's packages.
  package var packages: [String]
  /// Kernel modules.
  package var modules: [String]
  /// Talos' system extensions.
  package var extensions: [String]
  /// A use of a disk that at least one node must have.
  package var disk: NodeSpec.Disk.Use?
  /// Only nodes with a card of this maker need anything; `nil`: all nodes do.
  package var gpu: String?
  package init(
    packages: [String] = [], modules: [String] = [], extensions: [String] = [], disk: NodeSpec.Disk.Use? = nil,
    gpu: String? = nil
  ) {
    self.packages = packages
    self.modules = modules
    self.extensions = extensions
    self.disk = disk
    self.gpu = gpu
  }

  package func concern(_ node: NodeSpec) -> Bool { gpu == nil || gpu == node.hardware.gpu }
}

/// What a component asks for itself, in MiB and thousandths of a CPU.
package struct Overhead: Sendable, Equatable {
  package var memory: Int
  package var cpu: Int
  package var memoryPerNode: Int
  package var cpuPerNode: Int
  package init(memory: Int = 0, cpu: Int = 0, memoryPerNode: Int = 0, cpuPerNode: Int = 0) {
    self.memory = memory
    self.cpu = cpu
    self.memoryPerNode = memoryPerNode
    self.cpuPerNode = cpuPerNode
  }
}

/// What a component's options become.
package struct Contribution: Sendable {
  /// What its release is made from, where that is not the chart of its `About`.
  package var source: ReleaseSource?
  /// The chart's values.
  package var values: JSON
  /// Values that stand in Secrets of its namespace.
  package var valuesFrom: [ValuesReference] = []
  /// Objects besides the chart's.
  package var objects: [JSON]
  /// Changes to the chart's objects that its values cannot make.
  package var patches: [ObjectPatch] = []
  /// What must be ready before the component is: `daemonset/kube-system/cilium`.
  package var waitFor: [String]
  /// Components that this use of it needs, besides those of its `About`.
  package var dependsOn: [String]
  package var secrets: [SecretNeed]
  /// A database of its own, where the file gives it none.
  package var database: DatabaseUse?
  /// What may reach it and what it must reach, where the cluster denies by default.
  package var openings: [Opening]
  /// Releases that come before its own, one after the other.
  package var companions: [Companion] = []
  /// Classes that volumes can be asked for by.
  package var classes: [VolumeClass] = []
  /// What `expose` leads to.
  package var page: WebPage?
  /// Where Prometheus finds its figures.
  package var monitors: [Monitor] = []
  /// What it asks for, where that follows from its options; `nil`: as its `About` says.
  package var overhead: Overhead?
  /// What the cluster file lacks for it.
  package var problems: [ComponentProblem] = []

  package init(
    source: ReleaseSource? = nil, values: JSON = [:], objects: [JSON] = [], waitFor: [String] = [],
    dependsOn: [String] = [], secrets: [SecretNeed] = [], openings: [Opening] = []
  ) {
    self.source = source
    self.values = values
    self.objects = objects
    self.waitFor = waitFor
    self.dependsOn = dependsOn
    self.secrets = secrets
    self.openings = openings
  }
}

/// The Service behind a component's own web page.
package struct WebPage: Sendable, Equatable {
  package var service: String
  package var port: Int
  package init(_ service: String, port: Int) {
    self.service = service
    self.port = port
  }
}

/// An opening in a policy that denies by default.
package struct Opening: Sendable, Equatable {
  package enum Peer: Sendable, Equatable {
    /// Pods of a namespace; all of them where no labels are given.
    case pods(namespace: String, labels: [String: String])
    /// Every pod of the cluster.
    case cluster
    /// The nodes themselves, and the API server.
    case host
    /// Addresses outside the cluster.
    case world
  }
  package enum Direction: String, Sendable { case ingress, egress }
  package var direction: Direction
  package var peer: Peer
  /// Empty: every port.
  package var ports: [Int]
  package var transport: String
  /// A sentence that says why it exists.
  package var reason: String
  package init(
    _ direction: Direction, _ peer: Peer, ports: [Int] = [], transport: String = "TCP", because reason: String
  ) {
    self.direction = direction
    self.peer = peer
    self.ports = ports
    self.transport = transport
    self.reason = reason
  }
}

/// Options of a component that has none.
package struct NoOptions: ComponentOptions {
  package init() {}
}

extension Component {
  /// How the cluster file reads it.
  static var kind: ComponentKind {
    ComponentKind(about.name, about.summary, namespace: about.namespace) { options(&$0) }
  }

  /// What it makes, from options that it has read itself.
  static func contribution(_ options: any ComponentOptions, _ context: ComponentContext) -> Contribution? {
    (options as? Options).map { make($0, context) }
  }
}
