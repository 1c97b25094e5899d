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
  }
  /// The release that it is written for.
  var owner: String
  var from: Peer
  var to: Peer
  /// Empty: every port.
  var ports: [Int]
  var transport = "TCP"
  /// A sentence.
  var reason: String
}
