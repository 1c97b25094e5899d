import Blueprint
public import Diagnostics

public enum SoftCycle: Rule {
  public static let about = About(
    "CR0303", "A soft dependency would close a circle and is dropped", .warning,
    why: """
      `after` asks for an order where that is possible. Where what a release should come after itself waits for that
      release — by `dependsOn`, by its layer, or by an `after` written earlier in the file — the wish cannot be granted,
      and the roll-out goes on as if it were not written.
      """,
    broken: """
      apps:
        grafana:
          namespace: monitoring
          image: ghcr.io/example/grafana:11.2
          after: [authentik]
        authentik:
          namespace: sso
          image: ghcr.io/example/authentik:2024.10
          dependsOn: [grafana]
      """,
    mended: """
      apps:
        grafana:
          namespace: monitoring
          image: ghcr.io/example/grafana:11.2
        authentik:
          namespace: sso
          image: ghcr.io/example/authentik:2024.10
          dependsOn: [grafana]
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    subject.graph.dropped.map { edge in
      let path = subject.graph.path(from: edge.to, to: edge.from) ?? []
      return problem(
        "'after: \(edge.to)' of '\(edge.from)' is dropped: '\(edge.to)' itself waits for '\(edge.from)'", at: edge.span,
        related: path.map { step in
          switch step.kind {
          case .hard: .init("'\(step.from)' depends on '\(step.to)'", at: step.span)
          case .soft: .init("'\(step.from)' comes after '\(step.to)'", at: step.span)
          case .layer: .init("'\(step.from)' is in a later layer than '\(step.to)'", at: step.span)
          }
        },
        fix: "remove '\(edge.to)' from 'after' of '\(edge.from)', or turn the order around")
    }
  }
}
