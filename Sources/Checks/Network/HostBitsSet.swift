import Blueprint
public import Diagnostics

public enum HostBitsSet: Rule {
  public static let about = About(
    "CR0401", "A network is written with host bits",
    why: """
      `192.168.14.5/26` names a host, not a network: tools differ in what they make of it, and Kubernetes refuses some.
      A network is written with all bits behind the prefix zero (RFC 4632).
      """,
    broken: """
      network:
        nodes: [192.168.14.5/26]
      """,
    mended: """
      network:
        nodes: [192.168.14.0/26]
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    subject.blueprint.networks.filter { $0.cidr != $0.cidr.network }.map { network in
      problem(
        "\(network.cidr) in 'network.\(network.list)' has bits set behind its prefix of \(network.cidr.prefix)",
        at: network.span, fix: "write \(network.cidr.network)")
    }
  }
}
