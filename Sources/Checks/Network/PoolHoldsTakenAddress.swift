import Blueprint
public import Diagnostics

public enum PoolHoldsTakenAddress: Rule {
  public static let about = About(
    "CR0405", "An address pool holds an address that is taken",
    why: """
      The addresses of a pool are given to Services one by one. When the turn comes to one that a node, the router or the
      control-plane VIP uses, two machines answer for it and that machine drops off the network.
      """,
    broken: """
      network:
        nodes: [192.168.14.0/26]
        router: 192.168.14.1
        pools:
          public: 192.168.14.10-192.168.14.20
      nodes:
        - name: cow
          role: control-plane
          addresses: [192.168.14.11]
      """,
    mended: """
      network:
        nodes: [192.168.14.0/26]
        router: 192.168.14.1
        pools:
          public: 192.168.14.12-192.168.14.20
      nodes:
        - name: cow
          role: control-plane
          addresses: [192.168.14.11]
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let taken = subject.blueprint.routerAndVIP + subject.blueprint.nodeAddresses
    return subject.blueprint.network.pools.flatMap { pool in
      pool.ranges.flatMap { range in
        // A range that holds every machine is said to be wrong a few times.
        taken.lazy.filter { range.value.contains($0.address) }.prefix(8).map { owner in
          problem(
            "pool '\(pool.name)', \(range.value), holds \(owner.address), the address of \(owner.owner)",
            at: range.span,
            related: [.init("the address of \(owner.owner)", at: owner.span)],
            fix: "leave \(owner.address) out of the pool, or give \(owner.owner) another address")
        }
      }
    }
  }
}
