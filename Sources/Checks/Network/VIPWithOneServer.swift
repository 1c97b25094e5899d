import Blueprint
public import Diagnostics

public enum VIPWithOneServer: Rule {
  public static let about = About(
    "CR0423", "A control-plane VIP with a single server", .warning,
    why: """
      The VIP lets clients reach whichever server is up. With one server it adds a moving part and no safety: the
      server's own address does the same.
      """,
    broken: """
      network:
        controlPlaneVIP: 192.168.14.10
      nodes:
        - name: cow
          role: control-plane
      """,
    mended: """
      nodes:
        - name: cow
          role: control-plane
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let servers = subject.blueprint.nodes.filter { $0.role == .controlPlane }
    guard let vip = subject.blueprint.network.controlPlaneVIP, servers.count == 1 else { return [] }
    return [
      problem(
        "the control-plane VIP \(vip.value) has only one server to move to", at: vip.span,
        related: [.init("the only control-plane node", at: servers[0].span)],
        fix: "remove 'controlPlaneVIP', or add servers until there are three")
    ]
  }
}
