public import Blueprint
import Kubernetes
public import Provision
public import Rollout

/// Brings a k3d cluster up on its host, and goes on with the releases.
public struct UpK3d: Sendable {
  let blueprint: Blueprint
  let cluster: BringUpK3d
  let steps: [BringUpK3d.Step]
  let goal: Up.Goal
  let clock: any Clock<Duration>
  let releases: UpReleases
  let sink: @Sendable (Event) async -> Void

  /// - Parameters:
  ///   - steps: what is missing, as it was found just now.
  ///   - releases: what follows then.
  public init(
    _ blueprint: Blueprint, cluster: BringUpK3d, steps: [BringUpK3d.Step], goal: Up.Goal, clock: any Clock<Duration>,
    releases: UpReleases, sink: @escaping @Sendable (Event) async -> Void
  ) {
    self.blueprint = blueprint
    self.cluster = cluster
    self.steps = steps
    self.goal = goal
    self.clock = clock
    self.releases = releases
    self.sink = sink
  }

  /// - Returns: how each part ended; Kubernetes is `k3d/NAME`.
  public func callAsFunction() async throws -> Event.Outcome {
    let stopwatch = Stopwatch(clock)
    let name = "k3d/\(blueprint.name)"
    var layers = [Event.LayerOutline(name: "kubernetes", releases: [name])]
    layers += try releases.outline(goal)
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
    try await releases.run(goal, &outcome, sink: sink)
    outcome.elapsed = stopwatch.elapsed
    await sink(.finished(outcome))
    return outcome
  }
}
