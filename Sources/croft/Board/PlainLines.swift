import Kubernetes
import Rollout
import Terminal

/// A run where no terminal is: a line per event, each with the time since the run began.
///
/// `[ 1m 04s] cilium: ready, 14 changes in 42s`
actor PlainLines: EventRenderer {
  private var state = BoardState()
  private let output: Output
  private let verb: RunVerb
  private let glyphs: Glyphs
  private let isVerbose: Bool
  private let now: @Sendable () -> Duration
  /// What each release, or layer, was last said to wait for, and when.
  private var said: [String: (reason: String, at: Duration)] = [:]

  init(output: Output, verb: RunVerb, glyphs: Glyphs, isVerbose: Bool, now: @escaping @Sendable () -> Duration) {
    self.output = output
    self.verb = verb
    self.glyphs = glyphs
    self.isVerbose = isVerbose
    self.now = now
  }

  func on(_ event: Event) {
    let now = now()
    if isRepetition(event, at: now) {
      _ = state.on(event, at: now)
      return
    }
    let time = "[\(TextWidth.pad(now.brief, to: 7, atStart: true))]"
    let notices = state.on(event, at: now).filter { isVerbose || $0.weight != .detail }
    for line in Self.lines(event, notices, verb: verb) { output.line("\(time) \(line)") }
    for line in RunSummary(state: state, verb: verb, style: .plain, glyphs: glyphs).lines { output.line(line) }
  }

  /// Waits change their words all the time: only a new reason makes a line, and the old one every half minute.
  private func isRepetition(_ event: Event, at now: Duration) -> Bool {
    let (key, blockers) =
      switch event {
      case .waiting(let name, let blockers): ("release \(name)", blockers)
      case .layerWaiting(let name, let blockers): ("layer \(name)", blockers)
      default: ("", [])
      }
    guard let first = blockers.first, !isVerbose else { return false }
    let reason = "\(first.object.map { "\($0)" } ?? "") \(first.reason)"
    if let last = said[key], last.reason == reason, now - last.at < .seconds(30) { return true }
    said[key] = (reason, now)
    return false
  }

  static func lines(_ event: Event, _ notices: [Notice], verb: RunVerb) -> [String] {
    switch event {
    case .planned(_, let layers):
      let count = layers.reduce(0) { $0 + $1.releases.count }
      return ["\(BoardView.count(count, "release")) in \(BoardView.count(layers.count, "layer"))"]
        + layers.map { "  \($0.name): \($0.releases.joined(separator: ", "))" }
    case .layerStarted(let name): return ["layer \(name) started"]
    case .layerReady(let name): return ["layer \(name) ready"]
    case .layerWaiting(let name, let blockers): return ["layer \(name) \(BoardView.waiting(blockers))"]
    case .releaseStarted(let name, let attempt): return ["\(name): started" + (attempt > 1 ? ", try \(attempt)" : "")]
    case .step(let name, let text): return ["\(name): \(text)"]
    case .waiting(let name, let blockers): return ["\(name): \(BoardView.waiting(blockers))"]
    case .retrying(let name, let attempt, let delay, let reason):
      return ["\(name): \(reason); try \(attempt) in \(delay.brief)"]
    case .releaseReady(let name, let changes, let elapsed):
      let text = changes == 0 ? "unchanged" : BoardView.count(changes, "change")
      return ["\(name): \(verb.done), \(text) in \(elapsed.precise)"]
    case .releaseFailed(let name, let reason): return ["\(name): failed: \(reason)"]
    case .releaseBlocked(let name, let culprits): return ["\(name): waits for \(culprits.joined(separator: ", "))"]
    case .releaseStopped(let name): return ["\(name): stopped"]
    case .finished: return []
    case .resuming, .changed, .warning:
      return notices.map { notice in
        (notice.weight == .warning ? "warning: " : "") + (notice.release.map { "\($0): " } ?? "") + notice.text
      }
    }
  }
}
