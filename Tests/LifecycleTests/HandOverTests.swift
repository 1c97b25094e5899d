import Blueprint
import Catalog
import Foundation
import JSON
import Kubernetes
import Lab
import Process
import Redaction
import Render
import Rollout
import Testing

@testable import Lifecycle

/// What a hand-over says where the engine is not there, or does not answer: a real API server, and a real repository.
/// Nothing plays the engine. EndToEnd/HandOverTests has what comes after, by the program itself.
@Suite(
  .serialized, .enabled(if: Lab.isAvailable, "\(Lab.unavailable)"),
  .enabled(if: Definitions.isThere, "\(Definitions.comment)"), .timeLimit(.minutes(10)))
struct HandOverTests {
  @Test func anEngineThatIsMissingOrSilent() async throws {
    try await withControlPlane { plane in
      let cluster = Cluster(plane.access, clock: ContinuousClock())
      let folder = FileManager.default.temporaryDirectory.path(percentEncoded: false) + "croft-handover-\(UUID())"
      defer { try? FileManager.default.removeItem(atPath: folder) }
      let home = try await Home.make(folder)

      // The release that brings the definitions is named; nothing was given.
      let (missing, _) = try await home.handOver(cluster, timeout: .seconds(5))
      #expect(missing.failed == ["gitops/flux"])
      let reason = try #require(await home.log.reason)
      #expect(reason.contains("the API server does not serve GitRepository.source.toolkit.fluxcd.io"), "\(reason)")
      #expect(reason.contains("the release 'flux' brings it"), "\(reason)")

      // An engine that never looks.
      try await home.define(cluster)
      let (silent, took) = try await home.handOver(cluster, timeout: .seconds(10))
      #expect(silent.failed == ["gitops/flux"])
      #expect(took > .seconds(10), "\(took)")
      let words = try #require(await home.log.reason)
      #expect(words.contains("Flux did not take over within 10 seconds: "), "\(words)")
      #expect(words.contains("gitrepository.source.toolkit.fluxcd.io/flux-system/cluster: NotObserved"), "\(words)")
      #expect(words.contains("Flux has not made it yet"), "\(words)")
      #expect(await home.log.changes.count == 2)

      // What it was given stays, and is not given again.
      await home.log.clear()
      _ = try await home.handOver(cluster, timeout: .seconds(1))
      #expect(await home.log.changes == [])

      // A stop is no failure.
      let stop = StopSignal()
      await stop.stop()
      let (stopped, _) = try await home.handOver(cluster, timeout: .seconds(60), stop: stop)
      #expect(stopped.stopped == ["gitops/flux"] && stopped.failed.isEmpty)
      await cluster.close()
    }
  }

  /// The key is asked for before the engine gets anything that needs it.
  @Test func withoutTheKeyNothingIsGiven() async throws {
    try await withControlPlane { plane in
      let cluster = Cluster(plane.access, clock: ContinuousClock())
      let folder = FileManager.default.temporaryDirectory.path(percentEncoded: false) + "croft-handover-\(UUID())"
      defer { try? FileManager.default.removeItem(atPath: folder) }
      let home = try await Home.make(folder, more: "secrets: {backend: sops, recipients: [\(Home.recipient)]}\n")
      try await home.define(cluster)
      let (outcome, _) = try await home.handOver(cluster, timeout: .seconds(5))
      #expect(outcome.failed == ["gitops/flux"])
      let reason = try #require(await home.log.reason)
      #expect(reason.contains("no age key of \(Home.recipient) is at hand (looked at nowhere)"), "\(reason)")
      let resource = try #require(
        try await cluster.discovery(refresh: true).resource(GroupKind("GitRepository.source.toolkit.fluxcd.io")))
      #expect(try await cluster.list(resource, namespace: nil, ListOptions()).items.isEmpty)
      await cluster.close()
    }
  }
}

/// Where there is something to hand over, before anything is asked.
struct HandOverNameTests {
  @Test(
    arguments: [
      (.flux, "generated/flux", "gitops/flux", nil), (.argocd, "home/generated/argocd", "gitops/argocd", nil),
      (.croft, "generated/croft", nil, nil), (.flux, "clusters/home", nil, "kubectl apply -k clusters/home"),
    ] as [(GitOpsSpec.Engine, String, String?, String?)])
  func enginesThatBeginWithTheTree(
    _ engine: GitOpsSpec.Engine, _ path: String, _ name: String?, _ note: String?
  ) throws {
    var blueprint = try #require(loadCluster(Home.examples + "/home-k3s").blueprint)
    blueprint.gitops?.engine = engine
    blueprint.gitops?.path = path
    #expect(HandOver.name(for: blueprint) == name)
    #expect(HandOver.note(for: blueprint)?.contains(note ?? "nothing") == note.map { _ in true })
    blueprint.gitops = nil
    #expect(HandOver.name(for: blueprint) == nil && HandOver.note(for: blueprint) == nil)
  }
}

/// A cluster file with Flux, and a repository that holds its tree.
private struct Home: Sendable {
  static let recipient = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
  static let examples = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/examples"
  let folder: String
  let blueprint: Blueprint
  let log = EventLog()

  static func make(_ folder: String, more: String = "") async throws -> Home {
    let files = FileManager.default
    try files.createDirectory(atPath: folder + "/work/charts/flux", withIntermediateDirectories: true)
    try Data("apiVersion: v2\nname: flux\nversion: 1.0.0\n".utf8)
      .write(to: URL(filePath: folder + "/work/charts/flux/Chart.yaml"))
    try Data(
      """
      apiVersion: croft.dev/v1alpha1
      kind: Cluster
      name: follows
      gitops: {engine: flux, repository: "https://127.0.0.1:1/home/cluster.git"}
      \(more)platform:
        flux: {namespace: flux-system, chart: {path: charts/flux}}
      """.utf8
    ).write(to: URL(filePath: folder + "/work/cluster.yaml"))
    let loaded = loadCluster(folder + "/work")
    let blueprint = try #require(loaded.blueprint, "\(Array(loaded.diagnostics))")
    let home = Home(folder: folder, blueprint: blueprint)
    try await GeneratedFolder(folder + "/work/generated").write(Render.tree(of: blueprint))
    try await home.git("init", "--quiet", "--initial-branch", "main", ".")
    try await home.git("add", ".")
    try await home.git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "-m", "All of it")
    return home
  }

  private func git(_ arguments: String...) async throws {
    let output = try await Command("git", arguments, directory: folder + "/work").run(timeout: .seconds(300))
    try #require(output.isSuccess, "\(output)")
  }

  func define(_ cluster: Cluster) async throws {
    let discovery = try await cluster.discovery(refresh: true)
    let resource = try #require(discovery.resource(GroupKind("CustomResourceDefinition.apiextensions.k8s.io")))
    let groups = ["source.toolkit.fluxcd.io", "kustomize.toolkit.fluxcd.io"]
    var kinds: [GroupKind] = []
    for (kind, definition) in try Definitions.all() where groups.contains(kind.group) {
      _ = try await cluster.create(definition, resource, dryRun: false)
      kinds.append(kind)
    }
    let namespaces = try #require(discovery.resource(GroupKind("Namespace")))
    _ = try await cluster.create(
      Object(["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "flux-system"]]), namespaces, dryRun: false)
    for _ in 0..<300 {
      let served = try await cluster.discovery(refresh: true)
      if kinds.allSatisfy({ served.resource($0) != nil }) { return }
      try await Task.sleep(for: .milliseconds(100), clock: .continuous)
    }
    Issue.record("the API server never served the definitions of Flux")
  }

  func handOver(
    _ cluster: Cluster, timeout: Duration, stop: StopSignal = StopSignal()
  ) async throws -> (Event.Outcome, Duration) {
    let blueprint = blueprint
    // What the engine reads goes by the file; git here reads the folder beside it.
    var gitops = try #require(blueprint.gitops)
    gitops.repository = "file://\(folder)/work"
    let tree = DeployedTree(blueprint, gitops, clock: ContinuousClock()) { _ in try await Render.tree(of: blueprint) }
    let log = log
    let handOver = HandOver(
      blueprint, tree: tree, api: cluster, clock: ContinuousClock(), now: { 1_000_000 }, timeout: timeout,
      key: { _ in .none(sought: ["nowhere"]) }, stop: stop, sink: { await log.append($0) })
    let start = ContinuousClock.now
    let outcome = try #require(try await handOver?())
    return (outcome, ContinuousClock.now - start)
  }
}

private actor EventLog {
  private(set) var events: [Event] = []
  func append(_ event: Event) { events.append(event) }
  func clear() { events = [] }

  var changes: [Event] { events.filter { if case .changed = $0 { true } else { false } } }

  /// Why the last one failed.
  var reason: String? {
    events.lazy.compactMap { if case .releaseFailed(_, let reason) = $0 { reason } else { nil } }.last
  }
}
