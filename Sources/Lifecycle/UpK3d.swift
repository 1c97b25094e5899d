public import Blueprint
import Kubernetes
public import Provision
public import Rollout

/// Brings a k3d cluster up on its host, and rolls the releases out.
public struct UpK3d: Sendable {
  let blueprint: Blueprint
  let cluster: BringUpK3d
  let steps: [BringUpK3d.Step]
  let goal: Up.Goal
  let clock: any Clock<Duration>
  let deploy: @Sendable (@escaping @Sendable (Event) async -> Void) async throws -> Event.Outcome
  let sink: @Sendable (Event) async -> Void

  /// - Parameters:
  ///   - steps: what is missing, as it was found just now.
  ///   - deploy: rolls the releases out.
  public init(
    _ blueprint: Blueprint, cluster: BringUpK3d, steps: [BringUpK3d.Step], goal: Up.Goal, clock: any Clock<Duration>,
    deploy: @escaping @Sendable (@escaping @Sendable (Event) async -> Void) async throws -> Event.Outcome,
    sink: @escaping @Sendable (Event) async -> Void
  ) {
    self.blueprint = blueprint
    self.cluster = cluster
    self.steps = steps
    self.goal = goal
    self.clock = clock
    self.deploy = deploy
    self.sink = sink
  }

  /// - Returns: how each part ended; Kubernetes is `k3d/NAME`.
  public func callAsFunction() async throws -> Event.Outcome {
    let stopwatch = Stopwatch(clock)
    let name = "k3d/\(blueprint.name)"
    var layers = [Event.LayerOutline(name: "kubernetes", releases: [name])]
    if case .layer(let until) = goal {
      let graph = ReleaseGraph(blueprint)
      layers += try graph.outline(of: graph.selection(only: [], until: until))
    }
    await sink(.planned(run: "up", layers: layers))
    var outcome = Event.Outcome(changes: steps.count)
    do {
      let sink = sink
      await sink(.releaseStarted(name, attempt: 1))
      try await cluster.run(steps) { await sink(.step(release: name, "\($0)")) }
      await sink(.releaseReady(name, changes: steps.count, elapsed: stopwatch.elapsed))
      outcome.ready.append(name)
    } catch {
      await sink(.releaseFailed(name, reason: "\(error)"))
      outcome.failed.append(name)
    }
    if case .layer = goal {
      if outcome.isSuccess {
        let sink = sink
        let rolled = try await deploy { event in
          switch event {
          case .planned, .finished: break
          default: await sink(event)
          }
        }
        outcome.add(rolled)
      } else {
        let releases = layers.dropFirst().flatMap(\.releases)
        for release in releases { await sink(.releaseBlocked(release, by: [name])) }
        outcome.blocked += releases
      }
    }
    outcome.elapsed = stopwatch.elapsed
    await sink(.finished(outcome))
    return outcome
  }
}
