import Blueprint
public import Diagnostics

public enum DependencyCycle: Rule {
  public static let about = About(
    "CR0301", "Releases depend on each other in a circle",
    why: """
      `dependsOn` is hard: a release starts when those it names are ready. Releases that wait for each other in a circle
      never start. Every dependency on the circle is shown with its line; one of them has to go, or to become soft:
      `after` only asks for an order and is dropped where it closes a circle.
      """,
    broken: """
      apps:
        database:
          namespace: home
          image: docker.io/library/postgres:17.2
          dependsOn: [backup]
        backup:
          namespace: home
          image: ghcr.io/example/backup:1.4
          dependsOn: [database]
      """,
    mended: """
      apps:
        database:
          namespace: home
          image: docker.io/library/postgres:17.2
        backup:
          namespace: home
          image: ghcr.io/example/backup:1.4
          dependsOn: [database]
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    subject.graph.cycles.filter { $0.allSatisfy { $0.kind == .hard } }.map { cycle in
      let path = (cycle.map(\.from) + [cycle[0].from]).joined(separator: " → ")
      return problem(
        "these releases wait for each other and none can start: \(path)", at: cycle[0].span,
        related: cycle.dropFirst().map { .init("'\($0.from)' depends on '\($0.to)'", at: $0.span) },
        fix: "remove one of these dependencies, or make it soft: move the name from 'dependsOn' to 'after'")
    }
  }
}
