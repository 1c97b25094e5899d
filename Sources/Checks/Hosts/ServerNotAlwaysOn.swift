import Blueprint
public import Diagnostics

public enum ServerNotAlwaysOn: Rule {
  public static let about = About(
    "CR0902", "A control-plane node that is not always on", .warning,
    why: """
      Every control-plane node is a member of etcd. One that is off counts as failed: with three, the cluster stands
      still as soon as another one restarts.
      """,
    broken: """
      nodes:
        - {name: cow, role: control-plane}
        - {name: sheep, role: worker}
        - {name: duck, role: control-plane, power: {mode: manual}}
        - {name: goat, role: control-plane}
      """,
    mended: """
      nodes:
        - {name: cow, role: control-plane}
        - {name: sheep, role: control-plane}
        - {name: duck, role: worker, power: {mode: manual}}
        - {name: goat, role: control-plane}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    subject.blueprint.servers.filter { $0.power.mode != .always }.map { node in
      problem(
        "control-plane node '\(node.name)' is \(node.power.mode.rawValue), and off it counts as failed",
        at: node.power.span ?? node.span, related: [.init("the node", at: node.span)],
        fix: "make it a worker, or leave it on")
    }
  }
}
