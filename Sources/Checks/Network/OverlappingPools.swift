import Blueprint
public import Diagnostics

public enum OverlappingPools: Rule {
  public static let about = About(
    "CR0404", "Address pools overlap",
    why: """
      An address in two pools could be given to two Services. Load balancers refuse such pools or, worse, take one of
      them.
      """,
    broken: """
      network:
        pools:
          public: 192.168.14.40-192.168.14.47
          private: 192.168.14.44-192.168.14.51
      """,
    mended: """
      network:
        pools:
          public: 192.168.14.40-192.168.14.47
          private: 192.168.14.48-192.168.14.55
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let ranges = subject.blueprint.network.pools.flatMap { pool in pool.ranges.map { (pool: pool.name, range: $0) } }
    return ranges.enumerated().flatMap { index, one in
      // Two are enough to see what is wrong with one that overlaps all others.
      ranges[..<index].lazy.filter { $0.range.value.overlaps(one.range.value) }.prefix(2).map { other in
        let shared = AddressOverlap(one.range.value, other.range.value)
        return problem(
          "pool '\(one.pool)', \(one.range.value), shares \(shared) with "
            + (one.pool == other.pool ? "another range of it" : "pool '\(other.pool)'") + ", \(other.range.value)",
          at: one.range.span, related: [.init("the other range", at: other.range.span)],
          fix: "take the shared addresses out of one of the two")
      }
    }
  }
}
