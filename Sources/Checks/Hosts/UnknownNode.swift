import Blueprint
public import Diagnostics

public enum UnknownNode: Rule {
  public static let about = About(
    "CR0915", "An application wants a node that is not in the file",
    why: """
      `nodes.names` picks nodes by their names. A pod that wants one that is not there waits forever.
      """,
    broken: """
      nodes:
        - {name: cow, role: control-plane}
      apps:
        ollama:
          image: docker.io/ollama/ollama:0.12.3
          nodes: {names: [cwo]}
      """,
    mended: """
      nodes:
        - {name: cow, role: control-plane}
      apps:
        ollama:
          image: docker.io/ollama/ollama:0.12.3
          nodes: {names: [cow]}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let names = subject.blueprint.nodes.map(\.name)
    return subject.blueprint.releases.flatMap { release in
      (release.nodes?.names ?? []).filter { !names.contains($0.value) }.map { name in
        problem(
          "'\(release.name)' wants the node '\(name.value)', which is not in the file", at: name.span,
          fix: didYouMean(name.value, among: names) ?? "name one of 'nodes', or add it there")
      }
    }
  }
}
