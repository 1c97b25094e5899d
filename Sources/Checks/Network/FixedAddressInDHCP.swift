import Blueprint
public import Diagnostics

public enum FixedAddressInDHCP: Rule {
  public static let about = About(
    "CR0427", "A fixed address lies in what the router hands out", .warning,
    why: """
      The router does not know that a machine has chosen its address itself, and gives it to the next one that asks,
      unless it is told to reserve it.
      """,
    broken: """
      network:
        nodes: [192.168.14.0/24]
        dhcp: 192.168.14.10-192.168.14.200
      nodes:
        - {name: cow, role: control-plane, addresses: [192.168.14.11]}
      """,
    mended: """
      network:
        nodes: [192.168.14.0/24]
        dhcp: 192.168.14.100-192.168.14.200
      nodes:
        - {name: cow, role: control-plane, addresses: [192.168.14.11]}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let blueprint = subject.blueprint
    return (blueprint.routerAndVIP + blueprint.nodeAddresses).flatMap { owner in
      blueprint.network.dhcp.filter { $0.value.contains(owner.address) }.map { handed in
        problem(
          "\(owner.address), the address of \(owner.owner), lies in what the router hands out", at: owner.span,
          related: [.init("what the router hands out", at: handed.span)],
          fix: "choose an address outside \(handed.value), or make that range smaller, here and in the router")
      }
    }
  }
}
