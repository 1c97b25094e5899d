import Blueprint
public import Diagnostics

public enum ReleaseInNoLayer: Rule {
  public static let about = About(
    "CR0310", "A release that no layer lists", .note,
    why: """
      Where the file declares layers, a release in none of them is deployed with the first layer that needs it, and
      where none does, after the last layer. That is often right for applications, and a slip for platform components.
      """,
    broken: """
      platform:
        metallb:
          namespace: metallb-system
          image: ghcr.io/example/metallb:0.14
      apps:
        web:
          namespace: web
          image: ghcr.io/example/web:1.0
      layers:
        - name: core
          releases: [metallb]
      """,
    mended: """
      platform:
        metallb:
          namespace: metallb-system
          image: ghcr.io/example/metallb:0.14
      apps:
        web:
          namespace: web
          image: ghcr.io/example/web:1.0
      layers:
        - name: core
          releases: [metallb]
        - name: apps
          releases: [web]
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let graph = subject.graph
    guard graph.hasDeclaredLayers else { return [] }
    let listed = Set(subject.blueprint.layers.flatMap { $0.releases.map(\.name) })
    return graph.nodes.filter { !listed.contains($0) }.map { name in
      let layer = graph.layer(of: name) ?? 0
      let place =
        layer < subject.blueprint.layers.count
        ? "with layer '\(graph.layerNames[layer])', which needs it" : "after the last layer"
      return problem(
        "no layer lists '\(name)'; it is deployed \(place)", at: subject.blueprint.release(name)?.span,
        fix: "list it in the layer that it belongs to")
    }
  }
}
