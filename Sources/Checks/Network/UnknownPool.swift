import Blueprint
import Catalog
public import Diagnostics

public enum UnknownPool: Rule {
  public static let about = About(
    "CR0435", "An address is to come from a pool that is not in the file",
    why: """
      A component that is reached from the home network can name the pool of `network.pools` that its address comes from.
      From a pool that nobody has described it gets none, and stays `<pending>` for ever.
      """,
    broken: """
      network:
        pools:
          public: 192.168.14.40-192.168.14.47
      platform:
        traefik: {pool: pubic}
      """,
    mended: """
      network:
        pools:
          public: 192.168.14.40-192.168.14.47
      platform:
        traefik: {pool: public}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let pools = subject.blueprint.network.pools
    let names = pools.map(\.name)
    return addressWishes(of: subject.blueprint).compactMap { wish in
      guard let pool = wish.pool, !names.contains(pool.value) else { return nil }
      return problem(
        "'\(wish.owner)' wants an address of the pool '\(pool.value)', which the file does not have", at: pool.span,
        related: pools.map { .init("pool '\($0.name)'", at: $0.span) },
        fix: didYouMean(pool.value, among: names) ?? "add it to 'network.pools' with its addresses")
    }
  }
}
