import Blueprint
public import Diagnostics

public enum HardAndSoft: Rule {
  public static let about = About(
    "CR0306", "A dependency that is both hard and soft", .warning,
    why: """
      `dependsOn` says: only when that release is ready. `after` says: when it has ended, however. With both, the hard one
      counts and the soft one says nothing, so one of them is not what was meant.
      """,
    broken: """
      apps:
        postgres:
          namespace: home
          image: docker.io/library/postgres:17.2
        paperless:
          namespace: home
          image: ghcr.io/example/paperless:2.18
          dependsOn: [postgres]
          after: [postgres]
      """,
    mended: """
      apps:
        postgres:
          namespace: home
          image: docker.io/library/postgres:17.2
        paperless:
          namespace: home
          image: ghcr.io/example/paperless:2.18
          dependsOn: [postgres]
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    subject.blueprint.releases.flatMap { release in
      release.after.compactMap { soft in
        guard soft.name != release.name, let hard = release.dependsOn.first(where: { $0.name == soft.name }) else {
          return nil
        }
        return problem(
          "'\(release.name)' has '\(soft.name)' both in 'after' and in 'dependsOn'; only the hard one counts",
          at: soft.span, related: [.init("the hard dependency", at: hard.span)],
          fix: "keep one: 'dependsOn' to wait until '\(soft.name)' is ready, 'after' for the order alone")
      }
    }
  }
}
