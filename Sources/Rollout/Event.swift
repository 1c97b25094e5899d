public import Kubernetes

/// What happens during a workflow, in order. One stream feeds the terminal, the journal and `--output json`.
public enum Event: Sendable, Equatable {
  /// The order that was decided. Each layer lists its releases.
  case planned(run: String, layers: [LayerOutline])
  /// An earlier run of this cluster ended in the middle; this one goes on from there.
  case resuming(run: String, interrupted: [String])
  case layerStarted(String)
  case layerReady(String)
  case layerWaiting(String, [Blocker])
  case releaseStarted(String, attempt: Int)
  /// What the release is doing now: `rendering`, `applying 12 objects`, `running hook job/migrate`.
  case step(release: String, String)
  case waiting(release: String, [Blocker])
  case changed(release: String, ObjectID, Change)
  case retrying(release: String, attempt: Int, after: Duration, reason: String)
  case releaseReady(String, changes: Int, elapsed: Duration)
  case releaseFailed(String, reason: String)
  /// Not started, because these did not become ready.
  case releaseBlocked(String, by: [String])
  /// Not started, because the run was stopped.
  case releaseStopped(String)
  case warning(release: String?, String)
  case finished(Outcome)

  public struct LayerOutline: Sendable, Equatable {
    public var name: String
    public var releases: [String]
    public init(name: String, releases: [String]) {
      self.name = name
      self.releases = releases
    }
  }

  public enum Change: Sendable, Equatable {
    case created
    case updated
    /// It was there before, made by something else; now this release keeps it.
    case adopted(from: String)
    /// Fields that another manager owned are ours now.
    case tookOver(manager: String, fields: [String])
    case recreated(reason: String)
    case pruned
    case kept(reason: String)
  }

  public struct Outcome: Sendable, Equatable {
    public var ready: [String]
    public var failed: [String]
    public var blocked: [String]
    public var stopped: [String]
    /// The layer whose waits did not come true, or were cut short by a stop.
    public var unhealthyLayer: String?
    public var changes: Int
    public var elapsed: Duration
    public var isSuccess: Bool { failed.isEmpty && blocked.isEmpty && stopped.isEmpty && unhealthyLayer == nil }
    public init(
      ready: [String] = [], failed: [String] = [], blocked: [String] = [], stopped: [String] = [],
      unhealthyLayer: String? = nil, changes: Int = 0, elapsed: Duration = .zero
    ) {
      self.unhealthyLayer = unhealthyLayer
      self.ready = ready
      self.failed = failed
      self.blocked = blocked
      self.stopped = stopped
      self.changes = changes
      self.elapsed = elapsed
    }
  }
}
