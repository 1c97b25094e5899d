import Blueprint
public import Diagnostics

public enum RepeatedDependency: Rule {
  public static let about = About(
    "CR0307", "A dependency that is written twice", .warning,
    why: "The second mention changes nothing. Often another name was meant there.",
    broken: """
      apps:
        postgres:
          namespace: home
          image: docker.io/library/postgres:17.2
        redis:
          namespace: home
          image: docker.io/library/redis:7.4
        paperless:
          namespace: home
          image: ghcr.io/example/paperless:2.18
          dependsOn: [postgres, postgres]
      """,
    mended: """
      apps:
        postgres:
          namespace: home
          image: docker.io/library/postgres:17.2
        redis:
          namespace: home
          image: docker.io/library/redis:7.4
        paperless:
          namespace: home
          image: ghcr.io/example/paperless:2.18
          dependsOn: [postgres, redis]
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    subject.blueprint.releases.flatMap { release in
      [("dependsOn", release.dependsOn), ("after", release.after)].flatMap { list, dependencies in
        dependencies.enumerated().compactMap { index, dependency in
          guard let first = dependencies[..<index].first(where: { $0.name == dependency.name }) else { return nil }
          return problem(
            "'\(list)' of '\(release.name)' names '\(dependency.name)' twice", at: dependency.span,
            related: [.init("first here", at: first.span)], fix: "remove one, or name the release that was meant")
        }
      }
    }
  }
}
