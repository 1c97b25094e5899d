import Blueprint
public import Diagnostics

public enum TalosWithSSH: Rule {
  public static let about = About(
    "CR0909", "A Talos node with SSH",
    why: """
      Talos has no shell and no SSH server: it is driven through its API alone.
      """,
    broken: """
      kubernetes: {distribution: talos, version: v1.34.1}
      nodes:
        - {name: control0, role: control-plane, ssh: {user: root}}
      """,
    mended: """
      kubernetes: {distribution: talos, version: v1.34.1}
      nodes:
        - {name: control0, role: control-plane}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let blueprint = subject.blueprint
    return blueprint.nodes.compactMap { node in
      guard blueprint.system(of: node) == .talos, let ssh = node.ssh else { return nil }
      return problem(
        "node '\(node.name)' runs Talos, which has no SSH", at: ssh.span, related: [.init("the node", at: node.span)],
        fix: "remove 'ssh'")
    }
  }
}
