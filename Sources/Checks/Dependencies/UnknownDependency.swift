import Blueprint
public import Diagnostics

public enum UnknownDependency: Rule {
  public static let about = About(
    "CR0304", "A dependency on a release that is not in the file",
    why: """
      `dependsOn` and `after` name releases of `platform` and `apps`. A name that none of them has can only be a slip:
      the order it asks for would silently not be kept.
      """,
    broken: """
      apps:
        postgres:
          namespace: home
          image: docker.io/library/postgres:17.2
        paperless:
          namespace: home
          image: ghcr.io/example/paperless:2.18
          dependsOn: [postgress]
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
    let names = subject.graph.nodes
    let known = Set(names)
    return subject.blueprint.releases.flatMap { release in
      (release.dependsOn.map { ("dependsOn", $0) } + release.after.map { ("after", $0) })
        .filter { !known.contains($0.1.name) }
        .map { list, dependency in
          problem(
            "'\(list)' of '\(release.name)' names '\(dependency.name)', but no release has this name",
            at: dependency.span,
            fix: didYouMean(dependency.name, among: names.filter { $0 != release.name })
              ?? "add a release '\(dependency.name)' to 'platform' or 'apps', or remove the name")
        }
    }
  }
}
