import Blueprint
public import Diagnostics

public enum VIPTaken: Rule {
  public static let about = About(
    "CR0411", "The control-plane VIP is the address of a machine",
    why: """
      The VIP moves between servers. An address that a node or the router has of its own cannot move: two machines would
      answer for it.
      """,
    broken: """
      network:
        controlPlaneVIP: 192.168.14.11
      nodes:
        - name: cow
          role: control-plane
          addresses: [192.168.14.11]
        - name: sheep
          role: control-plane
          addresses: [192.168.14.12]
        - name: duck
          role: control-plane
          addresses: [192.168.14.13]
      """,
    mended: """
      network:
        controlPlaneVIP: 192.168.14.10
      nodes:
        - name: cow
          role: control-plane
          addresses: [192.168.14.11]
        - name: sheep
          role: control-plane
          addresses: [192.168.14.12]
        - name: duck
          role: control-plane
          addresses: [192.168.14.13]
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let blueprint = subject.blueprint
    guard let vip = blueprint.network.controlPlaneVIP else { return [] }
    let router = blueprint.routerAndVIP.filter { $0.owner == "the router" }
    return (router + blueprint.nodeAddresses).filter { $0.address == vip.value }.map { owner in
      problem(
        "the control-plane VIP \(vip.value) is the address of \(owner.owner)", at: vip.span,
        related: [.init("the address of \(owner.owner)", at: owner.span)],
        fix: "choose an address that nothing else has")
    }
  }
}
