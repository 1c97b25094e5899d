import Blueprint
public import Diagnostics

public enum NodesWithoutFamily: Rule {
  public static let about = About(
    "CR0434", "Pods have an address family that a node does not have", .warning,
    why: """
      In a cluster of both families each node needs an address of each: pods on one without stay without a route for that
      family, and k3s does not start there (https://docs.k3s.io/networking/basic-network-options).
      """,
    broken: """
      network:
        nodes: [192.168.14.0/24, "fd12:3456:789a:14::/64"]
        pods: [10.42.0.0/16, "fd22:2025:6a6a:42::/104"]
        services: [10.43.0.0/16, "fd22:2025:6a6a:43::/112"]
      nodes:
        - {name: cow, role: control-plane, addresses: [192.168.14.11]}
      """,
    mended: """
      network:
        nodes: [192.168.14.0/24, "fd12:3456:789a:14::/64"]
        pods: [10.42.0.0/16, "fd22:2025:6a6a:42::/104"]
        services: [10.43.0.0/16, "fd22:2025:6a6a:43::/112"]
      nodes:
        - {name: cow, role: control-plane, addresses: [192.168.14.11, "fd12:3456:789a:14::11"]}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let blueprint = subject.blueprint
    return blueprint.nodes.flatMap { node -> [Diagnostic] in
      // Of a node without addresses nothing is known.
      guard !node.addresses.isEmpty else { return [] }
      var seen: Set<IPAddress.Family> = []
      return blueprint.network.pods.compactMap { pods in
        let family = pods.value.address.family
        guard seen.insert(family).inserted, !node.addresses.contains(where: { $0.value.family == family }) else {
          return nil
        }
        let name = family == .v4 ? "IPv4" : "IPv6"
        return problem(
          "pods have \(name), and node '\(node.name)' has no \(name) address", at: node.span,
          related: [.init("the pods' network", at: pods.span)],
          fix: "add an \(name) address to 'addresses', or leave \(pods.value) out")
      }
    }
  }
}
