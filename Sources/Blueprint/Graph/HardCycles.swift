/// Finds cycles so that every edge that lies on any cycle is in at least one of those found, each as short as it can be.
struct HardCycles {
  typealias Edge = ReleaseGraph.Edge
  let nodes: [String]
  let edges: [String: [Edge]]

  func find() -> [[Edge]] {
    let position = Dictionary(uniqueKeysWithValues: nodes.enumerated().map { ($1, $0) })
    var covered: Set<Edge> = []
    var cycles: [[Edge]] = []
    let suspects = Set(depthLevels(nodes: nodes, edges: edges).unordered)
    let candidates = nodes.filter { suspects.contains($0) }.flatMap { edges[$0] ?? [] }
    for edge in candidates where suspects.contains(edge.to) && !covered.contains(edge) {
      guard let back = shortestPath(from: edge.to, to: edge.from, edges: edges) else { continue }
      let cycle = [edge] + back
      covered.formUnion(cycle)
      let start = cycle.indices.min { position[cycle[$0].from]! < position[cycle[$1].from]! }!
      cycles.append(Array(cycle[start...] + cycle[..<start]))
    }
    return cycles
  }
}

/// The fewest edges from one node to another, breadth first; of equally short ways the one written first.
func shortestPath(
  from: String, to: String, edges: [String: [ReleaseGraph.Edge]]
) -> [ReleaseGraph.Edge]? {
  var cameBy: [String: ReleaseGraph.Edge] = [:]
  var queue = [from]
  var next = 0
  while next < queue.count {
    let node = queue[next]
    next += 1
    for edge in edges[node] ?? [] where cameBy[edge.to] == nil {
      cameBy[edge.to] = edge
      if edge.to == to {
        var path = [edge]
        while path[0].from != from { path.insert(cameBy[path[0].from]!, at: 0) }
        return path
      }
      queue.append(edge.to)
    }
  }
  return nil
}

/// Nodes by how many steps lie below them: what needs nothing first. Apart from them, `unordered`: nodes on a cycle and
/// what needs them, which have no depth.
func depthLevels(
  nodes: [String], edges: [String: [ReleaseGraph.Edge]]
) -> (levels: [[String]], unordered: [String]) {
  var missing = edges.mapValues(\.count)
  let dependents = Dictionary(grouping: nodes.flatMap { edges[$0] ?? [] }, by: \.to)
  let position = Dictionary(nodes.enumerated().map { ($1, $0) }) { first, _ in first }
  var levels: [[String]] = []
  var placed: Set<String> = []
  var level = nodes.filter { (missing[$0] ?? 0) == 0 }
  while !level.isEmpty {
    levels.append(level)
    placed.formUnion(level)
    var free: [String] = []
    for edge in level.flatMap({ dependents[$0] ?? [] }) {
      missing[edge.from]! -= 1
      if missing[edge.from] == 0 { free.append(edge.from) }
    }
    level = free.sorted { (position[$0] ?? 0) < (position[$1] ?? 0) }
  }
  return (levels, nodes.filter { !placed.contains($0) })
}
