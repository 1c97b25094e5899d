import Blueprint
public import Diagnostics

public enum PoolHoldsDHCP: Rule {
  public static let about = About(
    "CR0426", "An address pool overlaps what the router hands out",
    why: """
      The router gives the addresses of `network.dhcp` to whatever comes along. One that a Service has too belongs to
      two machines, and sooner or later one of them cannot be reached.
      """,
    broken: """
      network:
        nodes: [192.168.14.0/24]
        dhcp: 192.168.14.100-192.168.14.200
        pools:
          public: 192.168.14.190-192.168.14.220
      """,
    mended: """
      network:
        nodes: [192.168.14.0/24]
        dhcp: 192.168.14.100-192.168.14.189
        pools:
          public: 192.168.14.190-192.168.14.220
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let network = subject.blueprint.network
    return network.pools.flatMap { pool in
      pool.ranges.flatMap { range in
        network.dhcp.filter { $0.value.overlaps(range.value) }.map { handed in
          problem(
            "pool '\(pool.name)', \(range.value), overlaps \(handed.value), which the router hands out", at: range.span,
            related: [.init("what the router hands out", at: handed.span)],
            fix: "make one of the two smaller, here and in the router")
        }
      }
    }
  }
}
