import Blueprint
import Kubernetes
import Provision
public import Rollout

/// Goes on where a cluster is there already, which Croft did not bring up: releases, then the hand-over.
public struct UpCluster: Sendable {
  let releases: UpReleases
  let goal: Up.Goal
  let clock: any Clock<Duration>
  let sink: @Sendable (Event) async -> Void

  public init(
    _ releases: UpReleases, goal: Up.Goal, clock: any Clock<Duration>, sink: @escaping @Sendable (Event) async -> Void
  ) {
    self.releases = releases
    self.goal = goal
    self.clock = clock
    self.sink = sink
  }

  public func callAsFunction() async throws -> Event.Outcome {
    let stopwatch = Stopwatch(clock)
    await sink(.planned(run: "up", layers: try releases.outline(goal)))
    var outcome = Event.Outcome()
    try await releases.run(goal, &outcome, sink: sink)
    outcome.elapsed = stopwatch.elapsed
    await sink(.finished(outcome))
    return outcome
  }
}
