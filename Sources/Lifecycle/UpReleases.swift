public import Blueprint
public import Rollout

/// What follows when there is a cluster: the releases, and the hand-over to the GitOps engine.
public struct UpReleases: Sendable {
  public typealias Sink = @Sendable (Event) async -> Void

  let blueprint: Blueprint
  /// Rolls the releases out.
  let deploy: @Sendable (@escaping Sink) async throws -> Event.Outcome
  /// Hands the cluster over; called only where `HandOver.name` says that there is something to hand over.
  let handOver: @Sendable (@escaping Sink) async throws -> Event.Outcome

  public init(
    _ blueprint: Blueprint, deploy: @escaping @Sendable (@escaping Sink) async throws -> Event.Outcome,
    handOver: @escaping @Sendable (@escaping Sink) async throws -> Event.Outcome
  ) {
    self.blueprint = blueprint
    self.deploy = deploy
    self.handOver = handOver
  }

  static let layer = "hand-over"

  private func handOverName(_ goal: Up.Goal) -> String? {
    goal == .everything ? HandOver.name(for: blueprint) : nil
  }

  /// The layers, and the hand-over behind them.
  func outline(_ goal: Up.Goal) throws -> [Event.LayerOutline] {
    guard goal.deploys else { return [] }
    let graph = ReleaseGraph(blueprint)
    var layers = try graph.outline(of: graph.selection(only: [], until: goal.lastLayer))
    if let name = handOverName(goal) { layers.append(.init(name: Self.layer, releases: [name])) }
    return layers
  }

  /// Goes on where what came before went well; else says that nothing of it was begun.
  /// - Parameters:
  ///   - outcome: of what came before; added to.
  ///   - sink: shows an event: the roll-out and the hand-over keep their own journal.
  func run(_ goal: Up.Goal, _ outcome: inout Event.Outcome, sink: @escaping Sink) async throws {
    guard goal.deploys else { return }
    guard outcome.isSuccess else {
      for release in try outline(goal).flatMap(\.releases) {
        await sink(.releaseBlocked(release, by: outcome.failed))
        outcome.blocked.append(release)
      }
      return
    }
    let shown: Sink = { event in
      switch event {
      // Shown already, with what comes before.
      case .planned, .finished: break
      default: await sink(event)
      }
    }
    outcome.add(try await deploy(shown))
    guard let name = handOverName(goal) else {
      if goal == .everything, let note = HandOver.note(for: blueprint) { await sink(.warning(release: nil, note)) }
      return
    }
    if outcome.isSuccess {
      outcome.add(try await handOver(shown))
    } else if !outcome.stopped.isEmpty {
      await sink(.releaseStopped(name))
      outcome.stopped.append(name)
    } else {
      let layer = outcome.unhealthyLayer.map { ["layer \($0)"] } ?? []
      await sink(.releaseBlocked(name, by: outcome.failed + layer))
      outcome.blocked.append(name)
    }
  }
}

extension Event.Outcome {
  mutating func add(_ other: Event.Outcome) {
    ready += other.ready
    failed += other.failed
    blocked += other.blocked
    stopped += other.stopped
    changes += other.changes
    unhealthyLayer = other.unhealthyLayer ?? unhealthyLayer
  }
}
