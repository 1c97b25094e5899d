import Blueprint
public import Diagnostics

public enum OverlappingNetworks: Rule {
  public static let about = About(
    "CR0402", "Networks overlap",
    why: """
      Nodes, pods and Services each need a range of addresses that nothing else uses. Where two overlap, a packet for a
      pod or a Service goes to a machine of the same address, or the other way round, and only sometimes.
      """,
    broken: """
      network:
        nodes: [10.42.0.0/24]
        pods: [10.42.0.0/16]
        services: [10.43.0.0/16]
      """,
    mended: """
      network:
        nodes: [192.168.14.0/24]
        pods: [10.42.0.0/16]
        services: [10.43.0.0/16]
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let networks = subject.blueprint.networks
    return networks.enumerated().flatMap { index, network in
      // Two are enough to see what is wrong with one that overlaps all others.
      networks[..<index].lazy.filter { $0.cidr.overlaps(network.cidr) }.prefix(2).map { other in
        let inside =
          other.cidr.range.contains(network.cidr.range)
          ? "lies in" : network.cidr.range.contains(other.cidr.range) ? "contains" : "overlaps"
        return problem(
          "\(network.cidr) in 'network.\(network.list)' \(inside) \(other.cidr) in 'network.\(other.list)'",
          at: network.span, related: [.init("the other network", at: other.span)],
          fix: "give one of them a range that nothing else uses; k3s' own are 10.42.0.0/16 for pods and 10.43.0.0/16 "
            + "for Services")
      }
    }
  }
}
