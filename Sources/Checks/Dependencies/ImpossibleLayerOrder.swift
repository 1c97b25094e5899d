import Blueprint
public import Diagnostics

public enum ImpossibleLayerOrder: Rule {
  public static let about = About(
    "CR0302", "A release depends on one in a later layer",
    why: """
      A layer starts when every release of the layer before it is healthy. A release that needs another from a later
      layer waits for that layer, which waits for the release: neither ever starts. A release that no layer names counts
      to the first layer that needs it.
      """,
    broken: """
      platform:
        storage:
          namespace: storage
          image: ghcr.io/example/storage:1.0
          dependsOn: [network]
        network:
          namespace: network
          image: ghcr.io/example/network:1.0
      layers:
        - name: storage
          releases: [storage]
        - name: network
          releases: [network]
      """,
    mended: """
      platform:
        storage:
          namespace: storage
          image: ghcr.io/example/storage:1.0
          dependsOn: [network]
        network:
          namespace: network
          image: ghcr.io/example/network:1.0
      layers:
        - name: network
          releases: [network]
        - name: storage
          releases: [storage]
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let graph = subject.graph
    return graph.cycles.compactMap { cycle in
      guard let last = cycle.last, last.kind == .layer, let low = graph.layer(of: last.to),
        let high = graph.layer(of: last.from)
      else { return nil }
      let path = cycle.dropLast().map(\.from) + [last.from]
      let chain = path.count > 2 ? " (\(path.joined(separator: " → ")))" : ""
      let member = subject.blueprint.layers[low].releases.first { $0.name == last.to }
      return problem(
        "'\(last.to)', in layer '\(graph.layerNames[low])', needs '\(last.from)'\(chain), which the later layer "
          + "'\(graph.layerNames[high])' deploys",
        at: cycle[0].span,
        related: cycle.dropFirst().dropLast().map { .init("'\($0.from)' depends on '\($0.to)'", at: $0.span) }
          + [member.map { .init("'\(last.to)' is in layer '\(graph.layerNames[low])'", at: $0.span) }].compactMap { $0 }
          + [.init("'\(last.from)' is in layer '\(graph.layerNames[high])'", at: last.span)],
        fix: "list '\(last.from)' in layer '\(graph.layerNames[low])' or an earlier one, or '\(last.to)' in "
          + "'\(graph.layerNames[high])' or a later one")
    }
  }
}
