public import Diagnostics
public import JSON

// What an application asks of the platform, whatever it is made from.

/// A way into an application.
public struct Exposure: Sendable, Equatable {
  /// Where its clients come from.
  public enum Gateway: String, Sendable, CaseIterable { case `internal`, external, tailscale }
  /// What a client has to show. `sso`: the ingress asks the identity provider. `oidc`: the application does.
  public enum Authentication: String, Sendable, CaseIterable { case none, sso, oidc }

  /// The whole name: `paper.home.example.net`.
  public var host: Located<String>
  public var path: String
  /// The Service; `nil`: the application's own.
  public var service: String?
  /// The Service's port; `nil`: the application's first.
  public var port: Int?
  public var gateway: Gateway
  /// One of several ingresses of a kind, by the name of its component; `nil`: the only one.
  public var ingress: Located<String>?
  public var authentication: Located<Authentication>?
  public var span: SourceSpan
  public init(
    host: Located<String>, path: String = "/", service: String? = nil, port: Int? = nil, gateway: Gateway = .internal,
    ingress: Located<String>? = nil, authentication: Located<Authentication>? = nil, span: SourceSpan
  ) {
    self.host = host
    self.path = path
    self.service = service
    self.port = port
    self.gateway = gateway
    self.ingress = ingress
    self.authentication = authentication
    self.span = span
  }
}

/// A database that the platform makes for an application.
public struct DatabaseUse: Sendable, Equatable {
  public enum Engine: String, Sendable, CaseIterable { case postgresql, redis }
  public var engine: Engine
  /// `nil`: the application's name.
  public var name: String?
  /// Of a database of its own.
  public var instances: Int
  /// A Kubernetes quantity.
  public var size: String
  /// Whether it lives on a server outside the cluster.
  public var isExternal: Bool
  public var span: SourceSpan
  public init(
    engine: Engine, name: String? = nil, instances: Int = 1, size: String = "5Gi", isExternal: Bool = false,
    span: SourceSpan
  ) {
    self.engine = engine
    self.name = name
    self.instances = instances
    self.size = size
    self.isExternal = isExternal
    self.span = span
  }
}

/// How many pods there are and how they keep apart.
public struct SchedulingSpec: Sendable, Equatable {
  public enum Spread: String, Sendable, CaseIterable { case preferred, required }
  /// Of a HorizontalPodAutoscaler; `nil` without one.
  public var replicas: ClosedRange<Int>?
  /// The CPU use, in percent of the request, that it aims at.
  public var cpu: Int
  /// Whether pods go to different nodes.
  public var spread: Spread?
  /// Of a PodDisruptionBudget: `1` or `50%`.
  public var minAvailable: String?
  public var span: SourceSpan
  public init(
    replicas: ClosedRange<Int>? = nil, cpu: Int = 80, spread: Spread? = nil, minAvailable: String? = nil,
    span: SourceSpan
  ) {
    self.replicas = replicas
    self.cpu = cpu
    self.spread = spread
    self.minAvailable = minAvailable
    self.span = span
  }
}

/// Which nodes an application runs on.
public struct NodeChoice: Sendable, Equatable {
  public var names: [Located<String>]
  public var labels: [String: String]
  /// Nodes of this power mode.
  public var power: NodeSpec.Power.Mode?
  /// Of the taints of those nodes; the catalogue fills it in.
  public var tolerations: [JSON] = []
  public var span: SourceSpan
  public init(
    names: [Located<String>] = [], labels: [String: String] = [:], power: NodeSpec.Power.Mode? = nil,
    span: SourceSpan
  ) {
    self.names = names
    self.labels = labels
    self.power = power
    self.span = span
  }

  /// Whether a node of the file is one of those. Labels of Kubernetes' own it may get by itself.
  public func fits(_ node: NodeSpec) -> Bool {
    (names.isEmpty || names.contains { $0.value == node.name }) && (power.map { $0 == node.power.mode } ?? true)
      && labels.allSatisfy { node.allLabels[$0.key] == $0.value || $0.key.contains("kubernetes.io/") }
  }
}

/// Who may talk to an application besides those whose need Croft knows.
public struct NetworkAccess: Sendable, Equatable {
  /// Releases that may reach it.
  public var from: [Dependency]
  /// Releases that it may reach.
  public var to: [Dependency]
  /// Ports on the Internet that it may reach; empty: none. `nil`: what the platform's policy says.
  public var internet: [Int]?
  public var span: SourceSpan
  public init(from: [Dependency] = [], to: [Dependency] = [], internet: [Int]? = nil, span: SourceSpan) {
    self.from = from
    self.to = to
    self.internet = internet
    self.span = span
  }
}

/// How often a volume is kept elsewhere.
public enum VolumeBackup: String, Sendable, CaseIterable { case none, hourly, daily, weekly }
