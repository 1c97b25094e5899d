/// What removing a machine from the cluster does.
public struct RemovalPlan: Sendable, Equatable {
  public var node: String
  /// Whether it answers; where it does not, nothing is done there.
  public var isReachable: Bool
  /// Whether the cluster has it as a node; not where an earlier run came that far.
  public var isInCluster = false
  public var isServer = false
  /// Whether its kubelet runs, so that pods can be ended there.
  public var isRunning = false
  /// `namespace/name` of the pods that have to go elsewhere.
  public var evicted: [String] = []
  /// Those of them that nobody makes anew.
  public var bare: [String] = []
  /// Volumes that only this machine has, with their claims.
  public var volumes: [String] = []

  /// What is done, in order, a line each.
  public var steps: [String] {
    var steps: [String] = []
    if isInCluster {
      steps.append("let no more pods start on \(node)")
      if isRunning { steps += evicted.map { "evict \($0)" } }
      steps.append("delete the node \(node)" + (isServer ? ", and with it its member of etcd" : ""))
    }
    if isReachable { steps.append("stop k3s on \(node), end its containers, and remove its configuration and state") }
    return steps
  }

  /// What one may not have thought of.
  public var warnings: [String] {
    var warnings: [String] = []
    if isRunning { warnings += bare.map { "nobody makes the pod \($0) anew" } }
    if isInCluster, !isRunning, !evicted.isEmpty {
      warnings.append("its kubelet does not run: its pods are given up, not ended (\(evicted.joined(separator: ", ")))")
    }
    warnings += volumes.map {
      "only this machine has the volume \($0): what is in it stays there, and nobody can use it"
    }
    if !isReachable { warnings.append(Self.afterUnreachable(node)) }
    return warnings
  }

  /// What is left to be done to a machine that does not answer.
  public static func afterUnreachable(_ node: String) -> String {
    "\(node) does not answer, and k3s stays on it: before it comes back, install it anew, or without network "
      + "'systemctl disable --now k3s k3s-agent' and remove /etc/rancher, /var/lib/rancher/k3s/server and "
      + "/var/lib/rancher/k3s/agent"
  }
}
