import Blueprint
public import Diagnostics

public enum NoNodeFits: Rule {
  public static let about = About(
    "CR0916", "No node fits an application",
    why: """
      `nodes` of an application asks for labels or a power mode. Where no node of the file has them, its pods wait
      forever.
      """,
    broken: """
      nodes:
        - {name: cow, role: control-plane}
      apps:
        ollama:
          image: docker.io/ollama/ollama:0.12.3
          nodes: {power: on-demand}
      """,
    mended: """
      nodes:
        - {name: cow, role: control-plane}
        - {name: duck, role: worker, power: {mode: on-demand, wake: {mac: "6c:4b:90:11:22:33"}}}
      apps:
        ollama:
          image: docker.io/ollama/ollama:0.12.3
          nodes: {power: on-demand}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let nodes = subject.blueprint.nodes
    guard !nodes.isEmpty else { return [] }
    return subject.blueprint.releases.compactMap { release in
      guard let choice = release.nodes, !choice.labels.isEmpty || choice.power != nil else { return nil }
      if nodes.contains(where: choice.fits) { return nil }
      return problem(
        "no node of the file is what '\(release.name)' asks for", at: choice.span,
        fix: "give a node these labels or this power mode, or ask for less")
    }
  }
}
