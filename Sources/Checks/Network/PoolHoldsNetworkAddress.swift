import Blueprint
public import Diagnostics

public enum PoolHoldsNetworkAddress: Rule {
  public static let about = About(
    "CR0424", "An address pool holds the broadcast address", .warning,
    why: """
      A pool that reaches to the end of its network holds the broadcast address, one that starts with the network holds
      the network's own. A load balancer gives them to a Service like any other, and nobody can reach that Service.
      """,
    broken: """
      network:
        nodes: [192.168.1.0/24]
        pools:
          default: 192.168.1.192/26
      """,
    mended: """
      network:
        nodes: [192.168.1.0/24]
        pools:
          default: 192.168.1.192-192.168.1.254
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let networks = subject.blueprint.nodeNetworks(.v4).filter { $0.value.prefix < 31 }
    return subject.blueprint.network.pools.flatMap { pool in
      pool.ranges.flatMap { range in
        networks.flatMap { network in
          [(network.value.range.first, "network"), (network.value.range.last, "broadcast")]
            .filter { range.value.contains($0.0) }
            .map { address, what in
              problem(
                "pool '\(pool.name)', \(range.value), holds \(address), the \(what) address of \(network.value)",
                at: range.span, related: [.init("the network", at: network.span)],
                fix: "leave \(address) out of the pool")
            }
        }
      }
    }
  }
}
