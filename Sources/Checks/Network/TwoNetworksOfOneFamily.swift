import Blueprint
public import Diagnostics

public enum TwoNetworksOfOneFamily: Rule {
  public static let about = About(
    "CR0420", "More than one network of a family",
    why: """
      Pods and Services can each have one IPv4 and one IPv6 network. Nodes may be on as many as there are.
      """,
    broken: """
      network:
        pods: [10.42.0.0/16, 10.52.0.0/16]
        services: [10.43.0.0/16]
      """,
    mended: """
      network:
        pods: [10.42.0.0/16]
        services: [10.43.0.0/16]
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let networks = subject.blueprint.clusterNetworks
    return networks.enumerated().compactMap { index, one in
      guard
        let first = networks[..<index].first(where: {
          $0.list == one.list && $0.cidr.address.family == one.cidr.address.family
        })
      else { return nil }
      return problem(
        "'network.\(one.list)' has a second \(one.cidr.address.family) network, \(one.cidr)", at: one.span,
        related: [.init("the first", at: first.span)], fix: "keep one; a wider prefix gives more addresses")
    }
  }
}
