import Blueprint
public import Diagnostics

public enum ServiceAddressOutsidePools: Rule {
  public static let about = About(
    "CR0414", "A Service asks for an address outside every pool",
    why: """
      A load balancer gives out the addresses of its pools and no others: a Service that asks for another stays
      `<pending>` for ever. So does one that names a pool and an address of another.
      """,
    broken: """
      network:
        pools:
          public: 192.168.14.40-192.168.14.47
      apps:
        dns:
          namespace: dns
          image: docker.io/pihole/pihole:2024.07.0
          port: 53
          service: {type: LoadBalancer, address: 192.168.14.50}
      """,
    mended: """
      network:
        pools:
          public: 192.168.14.40-192.168.14.47
      apps:
        dns:
          namespace: dns
          image: docker.io/pihole/pihole:2024.07.0
          port: 53
          service: {type: LoadBalancer, address: 192.168.14.45}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let pools = subject.blueprint.network.pools
    guard !pools.isEmpty else { return [] }
    return subject.serviceAddresses.compactMap { service in
      let holding = pools.filter { $0.ranges.contains { $0.value.contains(service.address) } }
      if let name = service.pool, let own = pools.first(where: { $0.name == name }), !holding.isEmpty,
        !holding.contains(where: { $0.name == name })
      {
        return problem(
          "\(service.owner) asks for the address \(service.address) of pool '\(holding[0].name)', and for pool '\(name)'",
          at: service.span, related: [.init("pool '\(name)'", at: own.span)],
          fix: "choose an address of pool '\(name)', or write 'pool: \(holding[0].name)'")
      }
      guard holding.isEmpty else { return nil }
      return problem(
        "\(service.owner) asks for the address \(service.address), which is in no pool", at: service.span,
        related: pools.map { pool in
          .init("pool '\(pool.name)': \(pool.ranges.map { "\($0.value)" }.joined(separator: ", "))", at: pool.span)
        },
        fix: "choose an address of a pool, or add it to one")
    }
  }
}
