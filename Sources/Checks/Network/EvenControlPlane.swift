import Blueprint
public import Diagnostics

public enum EvenControlPlane: Rule {
  public static let about = About(
    "CR0422", "An even number of control-plane nodes", .warning,
    why: """
      etcd works while more than half of its members do. Two members stand still when one fails, so they are less safe
      than one; four bear one failure, like three (etcd: failure tolerance).
      """,
    broken: """
      nodes:
        - name: cow
          role: control-plane
        - name: sheep
          role: control-plane
      """,
    mended: """
      nodes:
        - name: cow
          role: control-plane
        - name: sheep
          role: worker
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let servers = subject.blueprint.nodes.filter { $0.role == .controlPlane }
    guard let last = servers.last, servers.count % 2 == 0 else { return [] }
    let tolerance = servers.count / 2 - 1
    return [
      problem(
        "\(servers.count) control-plane nodes bear the loss of \(tolerance == 0 ? "none" : "\(tolerance)"), "
          + "no more than \(servers.count - 1) would",
        at: last.span,
        related: servers.dropLast().map { .init("control-plane node '\($0.name)'", at: $0.span) },
        fix: "make it \(servers.count - 1), or add one for \(servers.count + 1)")
    ]
  }
}
