import JSON
import Kubernetes
import Rollout

extension Event {
  /// The shape that programs rely on. Every object has `time` (RFC 3339, UTC) and `event`; members are added, never
  /// renamed or taken away.
  ///
  ///     {"time","event":"planned","run","layers":[{"name","releases":[…]}]}
  ///     {"time","event":"resuming","run","interrupted":[…]}
  ///     {"time","event":"layerStarted"|"layerReady","layer"}
  ///     {"time","event":"layerWaiting","layer","blockers":[{"reason","message","object"}]}
  ///     {"time","event":"releaseStarted","release","attempt"}
  ///     {"time","event":"step","release","step"}
  ///     {"time","event":"waiting","release","blockers":[…]}
  ///     {"time","event":"changed","release","object":{"group","kind","namespace","name"},"change", …}
  ///     {"time","event":"retrying","release","attempt","afterSeconds","reason"}
  ///     {"time","event":"releaseReady","release","changes","elapsedSeconds"}
  ///     {"time","event":"releaseFailed","release","reason"}
  ///     {"time","event":"releaseBlocked","release","by":[…]}
  ///     {"time","event":"releaseStopped","release"}
  ///     {"time","event":"warning","release","message"}
  ///     {"time","event":"finished","success","ready":[…],"failed":[…],"blocked":[…],"stopped":[…],
  ///      "unhealthyLayer","changes",
  ///      "elapsedSeconds"}
  ///
  /// `change` is `created`, `updated`, `adopted` (with `from`), `tookOver` (with `manager` and `fields`), `recreated`
  /// (with `reason`), `pruned` or `kept` (with `reason`).
  /// - Parameter time: Seconds since 1970.
  func json(at time: Double) -> JSON {
    var object = JSONObject()
    object.append("time", .string(timestamp(time)))
    object.append("event", .string(name))
    for member in members { object.append(member.key, member.value) }
    return .object(object)
  }

  private var name: String {
    switch self {
    case .planned: "planned"
    case .resuming: "resuming"
    case .layerStarted: "layerStarted"
    case .layerReady: "layerReady"
    case .layerWaiting: "layerWaiting"
    case .releaseStarted: "releaseStarted"
    case .step: "step"
    case .waiting: "waiting"
    case .changed: "changed"
    case .retrying: "retrying"
    case .releaseReady: "releaseReady"
    case .releaseFailed: "releaseFailed"
    case .releaseBlocked: "releaseBlocked"
    case .releaseStopped: "releaseStopped"
    case .warning: "warning"
    case .finished: "finished"
    }
  }

  private var members: [JSONObject.Member] {
    func strings(_ values: [String]) -> JSON { .array(values.map { .string($0) }) }
    switch self {
    case .planned(let run, let layers):
      let list = layers.map { ["name": .string($0.name), "releases": strings($0.releases)] as JSON }
      return [.init("run", .string(run)), .init("layers", .array(list))]
    case .resuming(let run, let interrupted):
      return [.init("run", .string(run)), .init("interrupted", strings(interrupted))]
    case .layerStarted(let layer), .layerReady(let layer): return [.init("layer", .string(layer))]
    case .layerWaiting(let layer, let blockers):
      return [.init("layer", .string(layer)), .init("blockers", .array(blockers.map(\.json)))]
    case .releaseStarted(let release, let attempt):
      return [.init("release", .string(release)), .init("attempt", .int(attempt))]
    case .step(let release, let step): return [.init("release", .string(release)), .init("step", .string(step))]
    case .waiting(let release, let blockers):
      return [.init("release", .string(release)), .init("blockers", .array(blockers.map(\.json)))]
    case .changed(let release, let object, let change):
      return [.init("release", .string(release)), .init("object", object.json)] + change.members
    case .retrying(let release, let attempt, let delay, let reason):
      return [
        .init("release", .string(release)), .init("attempt", .int(attempt)),
        .init("afterSeconds", .double(delay.inSeconds)), .init("reason", .string(reason)),
      ]
    case .releaseReady(let release, let changes, let elapsed):
      return [
        .init("release", .string(release)), .init("changes", .int(changes)),
        .init("elapsedSeconds", .double(elapsed.inSeconds)),
      ]
    case .releaseFailed(let release, let reason):
      return [.init("release", .string(release)), .init("reason", .string(reason))]
    case .releaseBlocked(let release, let culprits):
      return [.init("release", .string(release)), .init("by", strings(culprits))]
    case .releaseStopped(let release): return [.init("release", .string(release))]
    case .warning(let release, let message):
      return [.init("release", release.map { .string($0) } ?? .null), .init("message", .string(message))]
    case .finished(let outcome):
      return [
        .init("success", .bool(outcome.isSuccess)), .init("ready", strings(outcome.ready)),
        .init("failed", strings(outcome.failed)), .init("blocked", strings(outcome.blocked)),
        .init("stopped", strings(outcome.stopped)),
        .init("unhealthyLayer", outcome.unhealthyLayer.map { .string($0) } ?? .null),
        .init("changes", .int(outcome.changes)),
        .init("elapsedSeconds", .double(outcome.elapsed.inSeconds)),
      ]
    }
  }
}

extension Event.Change {
  fileprivate var members: [JSONObject.Member] {
    switch self {
    case .created: return [.init("change", "created")]
    case .updated: return [.init("change", "updated")]
    case .adopted(let maker): return [.init("change", "adopted"), .init("from", .string(maker))]
    case .tookOver(let manager, let fields):
      return [
        .init("change", "tookOver"), .init("manager", .string(manager)),
        .init("fields", .array(fields.map { .string($0) })),
      ]
    case .recreated(let reason): return [.init("change", "recreated"), .init("reason", .string(reason))]
    case .pruned: return [.init("change", "pruned")]
    case .kept(let reason): return [.init("change", "kept"), .init("reason", .string(reason))]
    }
  }
}

extension Blocker {
  fileprivate var json: JSON {
    ["reason": .string(reason), "message": .string(message), "object": object?.json ?? .null]
  }
}

extension ObjectID {
  fileprivate var json: JSON {
    [
      "group": .string(groupKind.group), "kind": .string(groupKind.kind),
      "namespace": namespace.map { .string($0) } ?? .null, "name": .string(name),
    ]
  }
}

extension Duration {
  /// Milliseconds are enough.
  fileprivate var inSeconds: Double {
    let milliseconds = components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    return Double(milliseconds) / 1000
  }
}
