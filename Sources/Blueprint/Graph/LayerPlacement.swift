import Diagnostics

/// Which layer each release belongs to, where the file declares layers.
struct LayerPlacement {
  /// The declared layers in their order, then one for the rest where there is a rest.
  let layers: [[String]]
  let index: [String: Int]
  /// Where a layer lists the release; for others, where the release is written.
  let spans: [String: SourceSpan]
  /// For a release that no layer names and that is placed because another needs it: that other's edge.
  private let pulled: [String: ReleaseGraph.Edge]

  init(_ blueprint: Blueprint, nodes: [String], hard: [String: [ReleaseGraph.Edge]]) {
    var spans = Dictionary(blueprint.releases.map { ($0.name, $0.span) }, uniquingKeysWith: { first, _ in first })
    let known = Set(nodes)
    var layers: [[String]] = []
    var index: [String: Int] = [:]
    for (position, layer) in blueprint.layers.enumerated() {
      layers.append([])
      for member in layer.releases where known.contains(member.name) && index[member.name] == nil {
        index[member.name] = position
        spans[member.name] = member.span
        layers[position].append(member.name)
      }
    }

    var pulled: [String: ReleaseGraph.Edge] = [:]
    for position in layers.indices {
      var pending = layers[position].flatMap { hard[$0]! }
      while let edge = pending.popLast() {
        guard index[edge.to] == nil else { continue }
        index[edge.to] = position
        pulled[edge.to] = edge
        pending += hard[edge.to]!
      }
      let placed = nodes.filter { index[$0] == position && pulled[$0] != nil }
      layers[position] += placed
    }

    let rest = nodes.filter { index[$0] == nil }
    for name in rest { index[name] = layers.count }
    if !rest.isEmpty { layers.append(rest) }

    self.layers = layers
    self.index = index
    self.spans = spans
    self.pulled = pulled
  }

  /// For an edge into a later layer: the cycle that it closes together with the order of the layers. It starts at the
  /// release in the earlier layer and ends with the layer edge. `nil` for an edge that layers allow.
  func impossible(_ edge: ReleaseGraph.Edge) -> [ReleaseGraph.Edge]? {
    guard let low = index[edge.from], let high = index[edge.to], low < high else { return nil }
    var path = [edge]
    while let puller = pulled[path[0].from] { path.insert(puller, at: 0) }
    return path + [
      ReleaseGraph.Edge(from: edge.to, to: path[0].from, span: spans[edge.to] ?? edge.span, kind: .layer)
    ]
  }
}
