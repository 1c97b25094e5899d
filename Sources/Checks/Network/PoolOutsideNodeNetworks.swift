import Blueprint
public import Diagnostics

public enum PoolOutsideNodeNetworks: Rule {
  public static let about = About(
    "CR0403", "An address pool outside the node networks",
    why: """
      The addresses of a pool are answered for by nodes (layer 2: ARP and NDP), so they must belong to a network that the
      nodes are on; elsewhere nobody ever asks for them. A pool on a VLAN of its own names it: `{ranges: …, vlan: …}`.
      """,
    broken: """
      network:
        nodes: [192.168.14.0/26]
        pools:
          public: 192.168.14.70-192.168.14.80
      """,
    mended: """
      network:
        nodes: [192.168.14.0/26]
        pools:
          public: 192.168.14.50-192.168.14.60
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let blueprint = subject.blueprint
    // A pool on a VLAN is judged by that.
    return blueprint.network.pools.filter { $0.vlan == nil }.flatMap { pool in
      pool.ranges.compactMap { range in
        let networks = blueprint.nodeNetworks(range.value.first.family)
        guard !blueprint.network.nodes.isEmpty,
          !networks.contains(where: { $0.value.range.contains(range.value) }),
          // A rule of its own.
          !blueprint.clusterNetworks.contains(where: { $0.cidr.range.overlaps(range.value) })
        else { return nil }
        let partly = networks.contains { $0.value.range.overlaps(range.value) }
        return problem(
          "pool '\(pool.name)', \(range.value), is \(partly ? "partly " : "")outside the node networks", at: range.span,
          related: blueprint.network.nodes.map { .init("node network \($0.value)", at: $0.span) },
          fix: "choose addresses inside a node network, or name the pool's 'vlan'")
      }
    }
  }
}
