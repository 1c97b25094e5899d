import Blueprint
public import Diagnostics

public enum VIPOutside: Rule {
  public static let about = About(
    "CR0410", "The control-plane VIP is outside the node networks",
    why: """
      One of the servers answers for the VIP at any time, so the address must belong to a network that the servers are
      on.
      """,
    broken: """
      network:
        nodes: [192.168.14.0/26]
        controlPlaneVIP: 192.168.14.100
      """,
    mended: """
      network:
        nodes: [192.168.14.0/26]
        controlPlaneVIP: 192.168.14.10
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let blueprint = subject.blueprint
    guard let vip = blueprint.network.controlPlaneVIP, !blueprint.network.nodes.isEmpty,
      blueprint.nodeNetwork(of: vip.value) == nil
    else { return [] }
    return [
      problem(
        "the control-plane VIP \(vip.value) is in none of the node networks", at: vip.span,
        related: blueprint.network.nodes.map { .init("node network \($0.value)", at: $0.span) },
        fix: "choose a free address inside a node network")
    ]
  }
}
