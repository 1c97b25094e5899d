import Kubernetes
import Rollout

/// Something that stays on the screen after the board has moved on.
struct Notice: Sendable, Equatable {
  enum Weight: Sendable, Equatable {
    /// Only with `--verbose`.
    case detail
    case news
    case warning
  }
  var weight: Weight
  var release: String?
  var text: String

  static func all(of event: Event) -> [Notice] {
    switch event {
    case .resuming(let run, let interrupted):
      let names = interrupted.isEmpty ? "" : ", which was at work on \(interrupted.joined(separator: ", "))"
      return [Notice(weight: .news, release: nil, text: "going on where run \(run) was cut off\(names)")]
    case .warning(let release, let text): return [Notice(weight: .warning, release: release, text: text)]
    case .changed(let release, let object, let change):
      return [Notice(weight: change.weight, release: release, text: "\(object) \(change.text)")]
    case .retrying(let release, let attempt, _, let reason):
      return [Notice(weight: .warning, release: release, text: "try \(attempt - 1) ended: \(reason)")]
    default: return []
    }
  }
}

extension Event.Change {
  /// What is said after the object's name.
  var text: String {
    switch self {
    case .created: "created"
    case .updated: "updated"
    case .adopted(let maker): "adopted from \(maker)"
    case .tookOver(let manager, let fields): "took over \(fields.joined(separator: ", ")) from \(manager)"
    case .recreated(let reason): "recreated: \(reason)"
    case .pruned: "deleted"
    case .kept(let reason): "kept: \(reason)"
    }
  }

  fileprivate var weight: Notice.Weight {
    switch self {
    case .created, .updated, .pruned: .detail
    case .adopted, .tookOver, .recreated, .kept: .news
    }
  }
}
