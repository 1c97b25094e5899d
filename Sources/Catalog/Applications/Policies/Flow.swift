/// Somebody who has to reach somebody, and why.
struct Flow: Sendable, Equatable {
  enum Peer: Sendable, Equatable {
    /// Pods of a namespace; all of them where no labels are given.
    case pods(namespace: String, labels: [String: String] = [:])
    /// Every pod of the cluster.
    case cluster
    /// The nodes themselves and the API server.
    case host
    /// The proxy that serves Gateways.
    case gateway
    /// Addresses outside the cluster.
    case world

    var namespace: String? { if case .pods(let namespace, _) = self { namespace } else { nil } }

    /// For the name of a policy.
    var slug: String {
      switch self {
      case .pods(let namespace, let labels): labels["app.kubernetes.io/instance"] ?? labels.values.min() ?? namespace
      case .cluster: "cluster"
      case .host: "nodes"
      case .gateway: "gateway"
      case .world: "world"
      }
    }
  }
  /// The release that it is written for.
  var owner: String
  var from: Peer
  var to: Peer
  /// Empty: every port.
  var ports: [Int]
  /// `TCP`, `UDP` or `ANY`.
  var transport = "TCP"
  /// A sentence.
  var reason: String
}
