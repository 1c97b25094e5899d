import Blueprint
public import Diagnostics

public enum SelfDependency: Rule {
  public static let about = About(
    "CR0305", "A release depends on itself",
    why: "A release that waits for itself never starts. Mostly the name of another release was meant.",
    broken: """
      apps:
        paperless:
          namespace: home
          image: ghcr.io/example/paperless:2.18
          dependsOn: [paperless]
      """,
    mended: """
      apps:
        paperless:
          namespace: home
          image: ghcr.io/example/paperless:2.18
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    subject.blueprint.releases.flatMap { release in
      (release.dependsOn.map { ("dependsOn", $0) } + release.after.map { ("after", $0) })
        .filter { $0.1.name == release.name }
        .map { list, dependency in
          problem(
            "'\(list)' of '\(release.name)' names '\(release.name)' itself", at: dependency.span,
            fix: "remove it, or name the release that was meant")
        }
    }
  }
}
