import Blueprint
import Diagnostics
import Testing

@testable import Rollout

@Suite struct ScheduleTests {
  static let place = SourceSpan(file: "cluster.yaml", line: 1, column: 1)

  /// `a`, `b<a` (hard), `c~a` (soft), layers as lists.
  func schedule(_ releases: [String], layers: [[String]] = [], selected: Set<String>? = nil) -> Schedule {
    var blueprint = Blueprint(name: "test", directory: ".", span: Self.place)
    for text in releases {
      let hard = text.split(separator: "<").map(String.init)
      let soft = hard[0].split(separator: "~").map(String.init)
      var release = Release(
        name: soft[0], section: .apps, namespace: NamespaceSpec(name: "test", span: Self.place),
        source: .manifests([]), span: Self.place)
      release.dependsOn = hard.dropFirst().map { Dependency(name: $0, span: Self.place) }
      release.after = soft.dropFirst().map { Dependency(name: $0, span: Self.place) }
      blueprint.releases.append(release)
    }
    blueprint.layers = layers.enumerated().map { index, names in
      Layer(
        name: "L\(index)", releases: names.map { Dependency(name: $0, span: Self.place) }, span: Self.place)
    }
    let graph = ReleaseGraph(blueprint)
    return Schedule(graph, selected: selected ?? Set(graph.nodes))
  }

  @Test func whateverCanRunRunsAtOnce() {
    var schedule = schedule(["a", "b", "c<a", "d<c"])
    #expect(schedule.startable == ["a", "b"])
    schedule.start("a")
    schedule.start("b")
    #expect(schedule.startable == [])
    #expect(schedule.end("a", .ready) == [])
    #expect(schedule.startable == ["c"])
  }

  @Test func aFailureStopsItsDependentsAndNothingElse() {
    var schedule = schedule(["a", "b", "c<a", "d<c", "e<b"])
    for name in ["a", "b"] { schedule.start(name) }
    #expect(schedule.end("a", .failed) == ["c", "d"])
    #expect(schedule.states["c"] == .blocked(by: ["a"]))
    #expect(schedule.states["d"] == .blocked(by: ["c"]))
    #expect(schedule.end("b", .ready) == [])
    #expect(schedule.startable == ["e"])
  }

  @Test func aSoftDependencyWaitsButDoesNotBlock() {
    var schedule = schedule(["a", "b~a"])
    #expect(schedule.startable == ["a"])
    schedule.start("a")
    #expect(schedule.startable == [])
    #expect(schedule.end("a", .failed) == [])
    #expect(schedule.startable == ["b"])
  }

  @Test func aLayerOpensWhenTheOneBelowIsHealthy() {
    var schedule = schedule(["a", "b", "c"], layers: [["a", "b"], ["c"]])
    #expect(schedule.startable == ["a", "b"])
    for name in ["a", "b"] {
      schedule.start(name)
      #expect(!schedule.layerIsComplete)
      _ = schedule.end(name, .ready)
    }
    #expect(schedule.layerIsComplete)
    #expect(schedule.startable == [])
    schedule.openNextLayer()
    #expect(schedule.startable == ["c"])
  }

  @Test func aFailureBlocksTheLayersAbove() {
    var schedule = schedule(["a", "b", "c"], layers: [["a", "b"], ["c"]])
    for name in ["a", "b"] { schedule.start(name) }
    #expect(schedule.end("a", .failed) == ["c"])
    #expect(schedule.states["c"] == .blocked(by: ["a"]))
    #expect(schedule.states["b"] == .running)
  }

  @Test func waitsThatDoNotComeTrueBlockTheLayersAbove() {
    var schedule = schedule(["a", "b"], layers: [["a"], ["b"]])
    schedule.start("a")
    _ = schedule.end("a", .ready)
    #expect(schedule.failLayer() == ["b"])
    #expect(schedule.states["b"] == .blocked(by: ["layer L0"]))
    #expect(schedule.hasEnded)
  }

  @Test func aStopStartsNothingMore() {
    var schedule = schedule(["a", "b<a", "c"])
    schedule.start("a")
    #expect(schedule.stop() == ["b", "c"])
    #expect(schedule.startable == [])
    #expect(!schedule.hasEnded)
    #expect(schedule.end("a", .ready) == [])
    #expect(schedule.hasEnded)
  }

  @Test func whatIsNotSelectedCountsAsInOrder() {
    let schedule = schedule(["a", "b<a"], selected: ["b"])
    #expect(schedule.startable == ["b"])
  }
}
