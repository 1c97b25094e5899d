import Blueprint
public import Diagnostics

public enum NoControlPlane: Rule {
  public static let about = About(
    "CR0421", "No node has the role control-plane",
    why: "Workers join a server. Where nodes are listed, at least one of them is it.",
    broken: """
      nodes:
        - name: cow
          role: worker
      """,
    mended: """
      nodes:
        - name: cow
          role: control-plane
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let nodes = subject.blueprint.nodes
    guard let first = nodes.first, !nodes.contains(where: { $0.role == .controlPlane }) else { return [] }
    return [
      problem(
        nodes.count == 1
          ? "the only node, '\(first.name)', is a worker"
          : "all \(nodes.count) nodes are workers; none runs the control plane",
        at: first.span, fix: "give one node 'role: control-plane'; it can run workloads as well")
    ]
  }
}
