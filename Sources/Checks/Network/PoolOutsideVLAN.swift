import Blueprint
public import Diagnostics

public enum PoolOutsideVLAN: Rule {
  public static let about = About(
    "CR0430", "An address pool outside its VLAN",
    why: """
      Addresses are answered for on the VLAN that the pool names. Ones that are not of its networks are never asked
      for there.
      """,
    broken: """
      network:
        nodes: [192.168.14.0/24]
        vlans:
          public: {id: 20, networks: 192.168.20.0/24}
        pools:
          web: {ranges: 192.168.21.40-192.168.21.49, vlan: public}
      """,
    mended: """
      network:
        nodes: [192.168.14.0/24]
        vlans:
          public: {id: 20, networks: 192.168.20.0/24}
        pools:
          web: {ranges: 192.168.20.40-192.168.20.49, vlan: public}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let network = subject.blueprint.network
    return network.pools.flatMap { pool -> [Diagnostic] in
      guard let vlan = network.vlans.first(where: { $0.name == pool.vlan?.value }) else { return [] }
      return pool.ranges.filter { range in !vlan.networks.contains { $0.value.range.contains(range.value) } }.map {
        range in
        problem(
          "pool '\(pool.name)', \(range.value), is not inside the VLAN '\(vlan.name)'", at: range.span,
          related: vlan.networks.map { .init("a network of the VLAN", at: $0.span) },
          fix: "choose addresses of \(vlan.networks.map { "\($0.value)" }.joined(separator: " or "))")
      }
    }
  }
}
