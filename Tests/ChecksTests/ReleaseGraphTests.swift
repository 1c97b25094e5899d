import Blueprint
import Diagnostics
import Testing

/// Graphs are written as `a: b c, after d` for each release, and layers as lists of names.
@Suite struct ReleaseGraphTests {
  @Test func releasesComeAboveWhatTheyNeed() {
    let graph = graph(["web: db cache", "db: storage", "cache", "storage"])
    #expect(graph.nodes == ["web", "db", "cache", "storage"])
    #expect(graph.layers == [["cache", "storage"], ["db"], ["web"]])
    #expect(!graph.hasDeclaredLayers)
    #expect(graph.cycles.isEmpty)
    #expect(graph.layer(of: "db") == 1)
    #expect(graph.layer(of: "nobody") == nil)
  }

  @Test func dependentsAndDependencies() {
    let graph = graph(["web: db", "db: storage", "storage", "other"])
    #expect(graph.dependents(of: "storage") == ["db"])
    #expect(graph.allDependents(of: "storage") == ["web", "db"])
    #expect(graph.allDependencies(of: "web") == ["db", "storage"])
    #expect(graph.allDependents(of: "web").isEmpty)
  }

  @Test func leavesOutNamesThatNoReleaseHasAndTheReleaseItself() {
    let graph = graph(["web: web nothing, after web nothing"])
    #expect(graph.hard["web"] == [])
    #expect(graph.soft["web"] == nil)
    #expect(graph.cycles.isEmpty && graph.dropped.isEmpty)
  }

  @Test func findsACycleWithItsPath() {
    let graph = graph(["x", "b: c", "c: a", "a: b x"])
    #expect(graph.cycles.map(path) == [["b", "c", "a"]])
    #expect(graph.cycles[0].map(\.span.line) == [2, 3, 4])
    #expect(graph.layers.flatMap { $0 }.sorted() == ["a", "b", "c", "x"])
  }

  @Test func findsEveryCycleEdge() {
    // Two circles that share an edge, and one apart.
    let graph = graph(["a: b", "b: c a", "c: a", "y: z", "z: y", "free: a"])
    #expect(graph.cycles.map(path) == [["a", "b"], ["a", "b", "c"], ["y", "z"]])
    let onCycles = Set(graph.cycles.joined())
    #expect(onCycles.count == 6)
  }

  @Test func dropsTheSoftEdgeThatClosesACircle() {
    let graph = graph(["a: b", "b, after a c", "c"])
    #expect(graph.dropped.map { [$0.from, $0.to] } == [["b", "a"]])
    #expect(graph.soft["b"]?.map(\.to) == ["c"])
    #expect(graph.path(from: "a", to: "b")?.map(\.kind) == [.hard])
    #expect(graph.layers == [["c"], ["b"], ["a"]])
  }

  @Test func ofTwoSoftEdgesTheLaterIsDropped() {
    let graph = graph(["a, after b", "b, after c", "c, after a"])
    #expect(graph.dropped.map { [$0.from, $0.to] } == [["c", "a"]])
    #expect(graph.layers == [["c"], ["b"], ["a"]])
    #expect(graph.path(from: "a", to: "c")?.map(\.kind) == [.soft, .soft])
  }

  @Test func declaredLayersStandAndTheRestComesLast() {
    let graph = graph(["app: db", "db", "metallb: crds", "crds", "pihole"], layers: [["metallb"], [], ["pihole"]])
    #expect(graph.layers == [["metallb", "crds"], [], ["pihole"], ["app", "db"]])
    #expect(graph.layerNames == ["layer-0", "layer-1", "layer-2", "rest"])
    #expect(graph.hasDeclaredLayers)
    #expect(graph.cycles.isEmpty)
  }

  @Test func nothingIsAddedWhereEveryReleaseIsListed() {
    let graph = graph(["a", "b"], layers: [["b"], ["a"]])
    #expect(graph.layers == [["b"], ["a"]])
    #expect(graph.layerNames == ["layer-0", "layer-1"])
  }

  @Test func aHardEdgeIntoALaterLayerIsImpossible() throws {
    let graph = graph(["a: b", "b"], layers: [["a"], ["b"]])
    let cycle = try #require(graph.cycles.first)
    #expect(graph.cycles.count == 1)
    #expect(cycle.map(\.kind) == [.hard, .layer])
    #expect(path(cycle) == ["a", "b"])
    #expect(cycle.map(\.span.line) == [1, 101])
  }

  @Test func aHardEdgeIntoALaterLayerThroughAnUnlistedRelease() {
    let graph = graph(["a: m", "m: n", "n: b", "b"], layers: [["a"], ["b"]])
    #expect(graph.cycles.map(path) == [["a", "m", "n", "b"]])
    #expect(graph.cycles[0].map(\.kind) == [.hard, .hard, .hard, .layer])
    #expect(graph.layers == [["a", "m", "n"], ["b"]])
  }

  @Test func aSoftEdgeIntoALaterLayerIsDropped() {
    let graph = graph(["a, after b", "b, after a"], layers: [["a"], ["b"]])
    #expect(graph.dropped.map { [$0.from, $0.to] } == [["a", "b"]])
    #expect(graph.soft["b"]?.map(\.to) == ["a"])
    #expect(graph.path(from: "b", to: "a")?.map(\.kind) == [.soft])
  }

  @Test func layersAloneMakeAPath() {
    let graph = graph(["a, after b", "b"], layers: [["a"], ["b"]])
    #expect(graph.path(from: "b", to: "a")?.map(\.kind) == [.layer])
    #expect(graph.path(from: "a", to: "b") == nil)
  }

  @Test func theFirstOfTwoCounts() {
    let graph = graph(["a", "a: b", "b"], layers: [["a"], ["a", "b"]])
    #expect(graph.nodes == ["a", "b"])
    #expect(graph.layers == [["a"], ["b"]])
    #expect(graph.cycles.isEmpty)
  }

  @Test(.timeLimit(.minutes(5))) func aThousandReleases() {
    let graph = graph(
      (0..<1000).map { index in
        let below = (max(0, index - 5)..<index).map { "r\($0)" }.joined(separator: " ")
        return "r\(index): \(below), after r\((index * 7) % 1000)"
      })
    #expect(graph.layers.flatMap { $0 }.count == 1000)
    #expect(graph.cycles.isEmpty)
    // An order exists: nothing waits for what comes in the same level or a later one.
    for name in graph.nodes {
      for edge in (graph.hard[name] ?? []) + (graph.soft[name] ?? []) {
        #expect(graph.layer(of: edge.to)! < graph.layer(of: name)!)
      }
    }
  }

  private func path(_ cycle: [ReleaseGraph.Edge]) -> [String] {
    for (edge, next) in zip(cycle, cycle.dropFirst() + cycle.prefix(1)) { #expect(edge.to == next.from) }
    return cycle.map(\.from)
  }

  private func graph(_ lines: [String], layers: [[String]] = []) -> ReleaseGraph {
    func span(_ line: Int) -> SourceSpan { SourceSpan(file: "cluster.yaml", line: line, column: 1) }
    var blueprint = Blueprint(name: "home", directory: ".", span: span(1))
    for (index, line) in lines.enumerated() {
      let place = span(index + 1)
      let parts = line.split(separator: ", after ").map(String.init)
      let named = parts[0].split(separator: ":").map(String.init)
      func dependencies(_ text: String?) -> [Dependency] {
        (text ?? "").split(separator: " ").map { Dependency(name: String($0), span: place) }
      }
      blueprint.releases.append(
        Release(
          name: named[0], section: .apps, namespace: NamespaceSpec(name: named[0], span: place), source: .manifests([]),
          span: place, dependsOn: dependencies(named.count > 1 ? named[1] : nil),
          after: dependencies(parts.count > 1 ? parts[1] : nil)))
    }
    blueprint.layers = layers.enumerated().map { index, names in
      Layer(
        name: "layer-\(index)", releases: names.map { Dependency(name: $0, span: span(100 + index)) },
        span: span(100 + index))
    }
    return ReleaseGraph(blueprint)
  }
}
