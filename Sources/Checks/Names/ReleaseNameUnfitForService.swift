import Blueprint
public import Diagnostics

public enum ReleaseNameUnfitForService: Rule {
  public static let about = About(
    "CR0502", "A Service would get a name that starts with a digit",
    why: """
      The Service of an application has its release's name, and the name of a Service starts with a letter (RFC 1035).
      """,
    broken: """
      apps:
        2048-game:
          namespace: games
          image: ghcr.io/example/2048:1.0
          port: 8080
      """,
    mended: """
      apps:
        game-2048:
          namespace: games
          image: ghcr.io/example/2048:1.0
          port: 8080
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    subject.blueprint.releases.compactMap { release in
      guard case .image(let workload) = release.source,
        !workload.ports.isEmpty || workload.resolvedKind == .statefulSet,
        release.name.first?.isNumber == true
      else { return nil }
      return problem(
        "'\(release.name)' is also the name of a Service, which cannot start with a digit", at: release.span,
        fix: "choose a name that starts with a letter")
    }
  }
}
