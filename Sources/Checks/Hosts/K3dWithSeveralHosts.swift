import Blueprint
public import Diagnostics

public enum K3dWithSeveralHosts: Rule {
  public static let about = About(
    "CR0910", "A k3d cluster with more than one host",
    why: """
      k3d runs all of its nodes as containers in the Docker of one machine. More machines can only be had with k3s.
      """,
    broken: """
      kubernetes: {distribution: k3d, version: v1.33.4+k3s1}
      nodes:
        - {name: p510, role: control-plane}
        - {name: p620, role: worker}
      """,
    mended: """
      kubernetes: {distribution: k3d, version: v1.33.4+k3s1}
      nodes:
        - {name: p510, role: control-plane}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let blueprint = subject.blueprint
    guard blueprint.kubernetes?.distribution == .k3d else { return [] }
    return blueprint.nodes.dropFirst().map { node in
      problem(
        "node '\(node.name)' is one machine too many: k3d runs on one", at: node.span,
        related: [.init("the cluster's host", at: blueprint.nodes[0].span)],
        fix: "remove it, or use the distribution k3s")
    }
  }
}
