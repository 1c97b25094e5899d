import Blueprint
public import Diagnostics

public enum OnDemandWithoutWake: Rule {
  public static let about = About(
    "CR0903", "An on-demand node that nothing can turn on",
    why: """
      A node with `mode: on-demand` is turned on when something wants to run there. Croft does that with a magic
      packet, for which it has to know the MAC address; a node that you turn on yourself is `manual`.
      """,
    broken: """
      nodes:
        - {name: cow, role: control-plane}
        - {name: duck, role: worker, power: {mode: on-demand}}
      """,
    mended: """
      nodes:
        - {name: cow, role: control-plane}
        - {name: duck, role: worker, power: {mode: on-demand, wake: {mac: "6c:4b:90:11:22:33"}}}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    subject.blueprint.nodes.filter { $0.power.mode == .onDemand && $0.power.wake == nil }.map { node in
      problem(
        "node '\(node.name)' is on-demand, and nothing says how it is turned on", at: node.power.span ?? node.span,
        fix: "add 'wake: {mac: …}' beside 'mode', or write 'mode: manual'")
    }
  }
}
