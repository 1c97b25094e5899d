import Kubernetes
import Rollout

/// Where a run is, worked out from its events alone.
struct BoardState: Sendable, Equatable {
  struct Layer: Sendable, Equatable {
    var name: String
    var releases: [ReleaseRow]
    /// The layer was opened by name; without declared layers none is.
    var isOpen = false
    /// What the layer itself waits for has come true.
    var isConfirmed = false
    var blockers: [Blocker] = []
    var startedAt: Duration?
    var endedAt: Duration?
  }

  struct ReleaseRow: Sendable, Equatable {
    enum Phase: Sendable, Equatable {
      case pending
      case working(String)
      case waiting([Blocker])
      /// The next try begins at this time of the run.
      case retrying(attempt: Int, at: Duration, reason: String)
      case ready
      case failed(String)
      case blocked(by: [String])
      case stopped
    }
    var name: String
    var phase = Phase.pending
    var attempt = 1
    var changes = 0
    var startedAt: Duration?
    var endedAt: Duration?

    var isActive: Bool {
      switch phase {
      case .working, .waiting, .retrying: true
      case .pending, .ready, .failed, .blocked, .stopped: false
      }
    }
  }

  var layers: [Layer] = []
  var outcome: Event.Outcome?

  /// Takes in an event that happened at a time of the run, and returns what is to be said for good.
  mutating func on(_ event: Event, at now: Duration) -> [Notice] {
    switch event {
    case .planned(_, let outlines):
      layers = outlines.map { outline in
        Layer(name: outline.name, releases: outline.releases.map { ReleaseRow(name: $0) })
      }
    case .layerStarted(let name):
      change(layer: name) { layer in
        layer.isOpen = true
        layer.startedAt = layer.startedAt ?? now
      }
    case .layerWaiting(let name, let blockers): change(layer: name) { $0.blockers = blockers }
    case .layerReady(let name):
      change(layer: name) { layer in
        layer.isConfirmed = true
        layer.blockers = []
        layer.endedAt = now
      }
    case .releaseStarted(let name, let attempt):
      change(release: name) { release in
        release.phase = .working("starting")
        release.attempt = attempt
        release.startedAt = release.startedAt ?? now
      }
    case .step(let name, let text): change(release: name) { $0.phase = .working(text) }
    case .waiting(let name, let blockers): change(release: name) { $0.phase = .waiting(blockers) }
    case .changed(let name, _, let change):
      if change.isWrite { self.change(release: name) { $0.changes += 1 } }
    case .retrying(let name, let attempt, let delay, let reason):
      change(release: name) { $0.phase = .retrying(attempt: attempt, at: now + delay, reason: reason) }
    case .releaseReady(let name, let changes, _):
      end(release: name, .ready, at: now)
      change(release: name) { $0.changes = changes }
    case .releaseFailed(let name, let reason): end(release: name, .failed(reason), at: now)
    case .releaseBlocked(let name, let culprits): end(release: name, .blocked(by: culprits), at: now)
    case .releaseStopped(let name): end(release: name, .stopped, at: now)
    case .finished(let outcome): self.outcome = outcome
    case .resuming, .warning: break
    }
    return Notice.all(of: event)
  }

  private mutating func end(release name: String, _ phase: ReleaseRow.Phase, at now: Duration) {
    change(release: name) { release in
      release.phase = phase
      release.endedAt = now
    }
  }

  private mutating func change(layer name: String, _ body: (inout Layer) -> Void) {
    guard let index = layers.firstIndex(where: { $0.name == name }) else { return }
    body(&layers[index])
  }

  /// A release that is ready makes its layer ready with it, where the layer has no waits of its own to confirm.
  private mutating func change(release name: String, _ body: (inout ReleaseRow) -> Void) {
    for layer in layers.indices {
      guard let index = layers[layer].releases.firstIndex(where: { $0.name == name }) else { continue }
      body(&layers[layer].releases[index])
      let release = layers[layer].releases[index]
      layers[layer].startedAt = layers[layer].startedAt ?? release.startedAt
      if layers[layer].releases.allSatisfy({ $0.endedAt != nil }) { layers[layer].endedAt = release.endedAt }
      return
    }
  }
}

extension BoardState.Layer {
  enum Phase: Sendable, Equatable { case pending, running, ready, ended }

  var phase: Phase {
    if releases.allSatisfy({ $0.phase == .ready }) { return isConfirmed || !isOpen ? .ready : .running }
    if releases.allSatisfy({ $0.endedAt != nil }) { return .ended }
    return isOpen || releases.contains { $0.phase != .pending } ? .running : .pending
  }
}

extension Event.Change {
  /// Whether the cluster was changed.
  var isWrite: Bool { if case .kept = self { false } else { true } }
}
