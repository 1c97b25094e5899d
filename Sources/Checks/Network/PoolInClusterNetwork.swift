import Blueprint
public import Diagnostics

public enum PoolInClusterNetwork: Rule {
  public static let about = About(
    "CR0406", "An address pool overlaps the networks of pods or Services",
    why: """
      Addresses of a pool must be reachable from outside. Those of pods and Services exist only inside the cluster, and
      Kubernetes gives them out itself.
      """,
    broken: """
      network:
        pods: [10.42.0.0/16]
        services: [10.43.0.0/16]
        pools:
          public: 10.43.200.0/29
      """,
    mended: """
      network:
        pods: [10.42.0.0/16]
        services: [10.43.0.0/16]
        pools:
          public: 192.168.14.40/29
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let networks = subject.blueprint.clusterNetworks
    return subject.blueprint.network.pools.flatMap { pool in
      pool.ranges.flatMap { range in
        networks.filter { $0.cidr.range.overlaps(range.value) }.map { network in
          problem(
            "pool '\(pool.name)', \(range.value), overlaps \(network.cidr) in 'network.\(network.list)'",
            at: range.span,
            related: [.init("the network of \(network.list)", at: network.span)],
            fix: "choose addresses of the network that the nodes are on")
        }
      }
    }
  }
}
