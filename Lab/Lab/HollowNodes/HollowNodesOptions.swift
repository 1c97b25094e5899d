public import Kubernetes

extension HollowNodes {
  /// What hollow nodes play, each part by itself.
  public struct Options: Sendable {
    public var nodes: [Node]
    /// How long a container takes to start where its pod does not say.
    public var startUp: Duration = .milliseconds(100)
    /// How long a pod runs that ends by itself (a Job's).
    public var run: Duration = .milliseconds(200)
    /// Makes volumes for claims. `nil` leaves claims pending.
    public var volumes: Volumes? = Volumes()
    /// Gives Services of type LoadBalancer an address: the first three numbers of an IPv4 address, `192.168.14`.
    /// `nil` leaves them pending. Addresses that a Service asks for are given as asked.
    public var loadBalancerPrefix: String? = "192.168.14"
    /// Gives Ingresses an address.
    public var ingressAddress: String? = "192.168.14.40"
    public var customResources: CustomResources = .none

    public init(nodes: Int = 3) { self.init(names: (1...max(nodes, 1)).map { "hollow-\($0)" }) }

    public init(names: [String]) { nodes = names.map { Node(name: $0) } }
  }

  /// A machine that is not there.
  public struct Node: Sendable {
    public var name: String
    public var labels: [String: String] = [:]
    /// `key`, `value`, `effect`
    public var taints: [(key: String, value: String, effect: String)] = []
    public var cpu = "4"
    public var memory = "8Gi"
    public var pods = 250
    public init(name: String) { self.name = name }
  }

  /// A volume provisioner. It serves the classes below and every other that names a provisioner of its own.
  public struct Volumes: Sendable {
    /// The provisioner of the classes below.
    public static let provisioner = "lab.croft.dev/hollow"
    /// Classes that are made; the first is the default one. A class `NAME-wait` binds only once a pod uses the claim
    /// (WaitForFirstConsumer).
    public var classes: [String] = ["standard", "standard-wait", "longhorn", "longhorn-wait"]
    public init() {}
  }

  /// Controllers of custom resources: they set the condition Ready and `status.observedGeneration`, after a time that
  /// the annotation `lab.croft.dev/ready-after` of the object may say.
  public enum CustomResources: Sendable {
    case none
    /// Of every kind, but only objects with the annotation.
    case annotated
    /// Of these kinds, after this time.
    case of([GroupKind: Duration])
    /// Of every kind that has a CustomResourceDefinition.
    case all(after: Duration)

    func plays(_ kind: GroupKind) -> Bool {
      switch self {
      case .none: false
      case .annotated, .all: true
      case .of(let delays): delays[kind] != nil
      }
    }

    func delay(of object: Object, _ kind: GroupKind) -> Duration? {
      if let delay = object.annotation("lab.croft.dev/ready-after").flatMap(Duration.init(lab:)) { return delay }
      return switch self {
      case .none, .annotated: nil
      case .of(let delays): delays[kind]
      case .all(let delay): delay
      }
    }
  }
}
