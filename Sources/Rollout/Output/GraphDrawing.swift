public import Blueprint
public import JSON

/// Draws the order of a roll-out.
public struct GraphDrawing: Sendable {
  let graph: ReleaseGraph

  public init(_ graph: ReleaseGraph) { self.graph = graph }

  /// Layers, and below each its releases with what they wait for.
  public var text: String {
    var lines: [String] = []
    for (name, releases) in zip(graph.layerNames, graph.layers) where !releases.isEmpty {
      lines.append(name)
      for release in releases {
        let hard = (graph.hard[release] ?? []).map(\.to)
        let soft = (graph.soft[release] ?? []).map { "\($0.to) (soft)" }
        let needs = hard + soft
        lines.append("  \(release)" + (needs.isEmpty ? "" : " ← \(needs.joined(separator: ", "))"))
      }
    }
    lines += graph.dropped.map { "left out, it would close a cycle: \($0.from) after \($0.to)" }
    return lines.joined(separator: "\n")
  }

  /// Graphviz' language. Arrows point from what is needed to what needs it.
  public var dot: String {
    var lines = ["digraph cluster {", "  rankdir=LR;", "  node [shape=box];"]
    for (index, (name, releases)) in zip(graph.layerNames, graph.layers).enumerated() where !releases.isEmpty {
      lines.append("  subgraph cluster_\(index) {")
      lines.append("    label=\(quoted(name));")
      lines += releases.map { "    \(quoted($0));" }
      lines.append("  }")
    }
    for release in graph.nodes {
      lines += (graph.hard[release] ?? []).map { "  \(quoted($0.to)) -> \(quoted(release));" }
      lines += (graph.soft[release] ?? []).map { "  \(quoted($0.to)) -> \(quoted(release)) [style=dashed];" }
    }
    return (lines + ["}"]).joined(separator: "\n")
  }

  /// Mermaid's language, which Git hosts draw in Markdown.
  public var mermaid: String {
    let number = Dictionary(uniqueKeysWithValues: graph.nodes.enumerated().map { ($1, "r\($0)") })
    var lines = ["graph LR"]
    for (index, (name, releases)) in zip(graph.layerNames, graph.layers).enumerated() where !releases.isEmpty {
      lines.append("  subgraph layer\(index)[\"\(name)\"]")
      lines += releases.map { "    \(number[$0]!)[\"\($0)\"]" }
      lines.append("  end")
    }
    for release in graph.nodes {
      lines += (graph.hard[release] ?? []).map { "  \(number[$0.to]!) --> \(number[release]!)" }
      lines += (graph.soft[release] ?? []).map { "  \(number[$0.to]!) -.-> \(number[release]!)" }
    }
    return lines.joined(separator: "\n")
  }

  /// `{"layers": [{"name", "releases"}], "edges": [{"from", "to", "kind"}]}`; `from` needs `to`.
  public var json: JSON {
    let layers = zip(graph.layerNames, graph.layers).filter { !$1.isEmpty }.map { name, releases -> JSON in
      ["name": .string(name), "releases": .array(releases.map { .string($0) })]
    }
    func edges(_ list: [ReleaseGraph.Edge], _ kind: String) -> [JSON] {
      list.map { ["from": .string($0.from), "to": .string($0.to), "kind": .string(kind)] }
    }
    let all = graph.nodes.flatMap { edges(graph.hard[$0] ?? [], "hard") + edges(graph.soft[$0] ?? [], "soft") }
    return ["layers": .array(layers), "edges": .array(all + edges(graph.dropped, "dropped"))]
  }

  private func quoted(_ text: String) -> String { "\"\(text)\"" }
}
