import Blueprint

/// What stands between `${` and `}` in a component of the user's own.
enum Reference: Hashable, Sendable {
  /// An option of the component, or a member of one: `options.page.title`.
  case option([String])
  /// What the cluster file says elsewhere.
  case fact(Fact)
  /// The addresses of a pool: `network.pools.public`.
  case pool(String)
  /// Whether the cluster has a component: `platform.traefik`.
  case component(String)

  enum Fact: String, Sendable, CaseIterable {
    case name, namespace, fullName
    case clusterName = "cluster.name"
    case domain = "cluster.domain"
    case distribution = "kubernetes.distribution"
    case version = "kubernetes.version"
    case nodeNetworks = "network.nodes"
    case podNetworks = "network.pods"
    case serviceNetworks = "network.services"
    case router = "network.router"
    case controlPlaneVIP = "network.controlPlaneVIP"
    case dns = "network.dns"
    case nodeCount = "nodes.count"
    case nodeNames = "nodes.names"

    var isList: Bool {
      switch self {
      case .nodeNetworks, .podNetworks, .serviceNetworks, .dns, .nodeNames: true
      default: false
      }
    }
  }

  /// As it is written: `options.title`.
  var text: String {
    switch self {
    case .option(let path): (["options"] + path).joined(separator: ".")
    case .fact(let fact): fact.rawValue
    case .pool(let name): "network.pools.\(name)"
    case .component(let name): "platform.\(name)"
    }
  }

  /// The key of the cluster file that says it; `nil` for what there is always.
  var key: String? {
    switch self {
    case .fact(.domain): "domain"
    case .fact(let fact) where fact.rawValue.hasPrefix("network.") || fact.rawValue.hasPrefix("kubernetes."):
      fact.rawValue
    case .pool: text
    default: nil
    }
  }
}
