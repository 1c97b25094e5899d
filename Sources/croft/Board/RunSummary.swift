import Kubernetes
import Rollout
import Terminal

/// How a run ended, in a few lines.
struct RunSummary: Sendable {
  var state: BoardState
  var verb: RunVerb
  var style: Style
  var glyphs: Glyphs

  /// Empty while the run goes on.
  var lines: [String] {
    guard let outcome = state.outcome else { return [] }
    let tail = [BoardView.count(outcome.changes, "change"), outcome.elapsed.precise]
    func line(_ parts: [String]) -> String { (parts + tail).joined(separator: " \(glyphs.separator) ") }
    if outcome.isSuccess {
      let ready = outcome.ready.count
      return [
        "\(style(glyphs.ready, .green)) "
          + line(["\(BoardView.count(ready, "release")) \(ready == 1 ? "is" : "are") \(verb.done)"])
      ]
    }
    var parts: [String] = []
    if !outcome.failed.isEmpty { parts.append("\(outcome.failed.count) failed") }
    if !outcome.blocked.isEmpty { parts.append("\(outcome.blocked.count) blocked") }
    if !outcome.stopped.isEmpty { parts.append("\(outcome.stopped.count) not finished") }
    if let layer = outcome.unhealthyLayer { parts.append("layer \(layer) is not healthy") }
    parts.append("\(outcome.ready.count) \(verb.done)")
    var lines = ["\(style(outcome.failed.isEmpty ? glyphs.stopped : glyphs.failed, .red)) \(line(parts))"]
    for release in state.layers.flatMap(\.releases) {
      switch release.phase {
      case .failed(let reason): lines.append("  \(style(release.name, .bold)) failed: \(reason)")
      case .blocked(let culprits):
        lines.append("  \(style(release.name, .bold)) waits for \(culprits.joined(separator: ", "))")
      default: continue
      }
    }
    if !outcome.stopped.isEmpty { lines.append("  not finished: \(outcome.stopped.joined(separator: ", "))") }
    lines.append("Run the same command again to go on from here.")
    return lines
  }
}

extension BoardView {
  /// `waiting for deployment.apps/home/web: RolloutInProgress: 1 of 3 replicas are ready (and 2 more)`
  static func waiting(_ blockers: [Blocker]) -> String {
    guard let first = blockers.first else { return "waiting" }
    return "waiting for \(first)" + (blockers.count > 1 ? " (and \(blockers.count - 1) more)" : "")
  }
}
