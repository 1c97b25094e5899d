import Terminal

/// Draws a run for a terminal: finished layers in one line each, running ones with their releases, and what is to come.
struct BoardView: Sendable {
  var title: String
  var verb: RunVerb
  var style: Style
  var glyphs: Glyphs

  /// The board as it is now, in at most `size.rows - 1` lines: the less urgent is folded first.
  func lines(_ state: BoardState, at now: Duration, size: TerminalSize) -> [String] {
    let room = max(1, size.rows - 1)
    var lines: [String] = []
    for folding in Folding.allCases {
      lines = frame(state, at: now, folding)
      if lines.count <= room { break }
    }
    if lines.count > room {
      let left = lines.count - room + 1
      lines = lines.prefix(room - 1) + [style("  \(glyphs.ellipsis) \(left) more lines", .dim)]
    }
    return lines.map { TextWidth.truncate($0, to: size.columns, ellipsis: glyphs.ellipsis) }
  }

  /// The board that stays when the run has ended: everything that did not become ready.
  func finalLines(_ state: BoardState, at now: Duration, columns: Int) -> [String] {
    frame(state, at: now, .pendingLayers).map { TextWidth.truncate($0, to: columns, ellipsis: glyphs.ellipsis) }
  }

  /// How much is folded; each includes the ones before it.
  private enum Folding: Int, CaseIterable, Comparable {
    case nothing
    case pendingLayers
    case readyLayers
    case readyReleases
    case pendingReleases
    static func < (a: Folding, b: Folding) -> Bool { a.rawValue < b.rawValue }
  }

  private func frame(_ state: BoardState, at now: Duration, _ folding: Folding) -> [String] {
    var lines = [style(title, .bold) + style("  \(now.brief)", .dim)]
    let ready = state.layers.filter { $0.phase == .ready }
    let pending = state.layers.filter { $0.phase == .pending }
    if folding >= .readyLayers, ready.count > 1 {
      let names = ready.map(\.name).joined(separator: ", ")
      lines.append("\(style(glyphs.ready, .green)) \(ready.count) layers are \(verb.done)" + style("  \(names)", .dim))
    }
    let width = state.layers.flatMap { $0.releases.map { TextWidth.of($0.name) } }.max() ?? 0
    for layer in state.layers {
      switch layer.phase {
      case .ready:
        if folding < .readyLayers || ready.count == 1 { lines.append(heading(layer, at: now)) }
      case .running, .ended:
        lines.append(heading(layer, at: now))
        lines += releases(of: layer, at: now, folding, nameWidth: min(width, 32))
      case .pending:
        if folding < .pendingLayers || pending.count == 1 { lines.append(heading(layer, at: now)) }
      }
    }
    if folding >= .pendingLayers, pending.count > 1 {
      let names = pending.map(\.name).joined(separator: ", ")
      lines.append(style("\(glyphs.pending) \(pending.count) layers to come  \(names)", .dim))
    }
    return lines
  }

  // MARK: Layers

  private func heading(_ layer: BoardState.Layer, at now: Duration) -> String {
    let elapsed = layer.startedAt.map { ((layer.endedAt ?? now) - $0).brief } ?? ""
    let count = layer.releases.count == 1 ? "1 release" : "\(layer.releases.count) releases"
    switch layer.phase {
    case .pending: return style("\(glyphs.pending) \(layer.name)  \(count)", .dim)
    case .ready:
      return "\(style(glyphs.ready, .green)) \(layer.name)" + style("  \(count) \(glyphs.separator) \(elapsed)", .dim)
    case .ended:
      let name = style(layer.name, .bold) + (elapsed.isEmpty ? "" : style("  \(elapsed)", .dim))
      if layer.releases.contains(where: { if case .failed = $0.phase { true } else { false } }) {
        return "\(style(glyphs.failed, .red)) \(name)"
      }
      let isStopped = layer.releases.contains { $0.phase == .stopped }
      return "\(style(isStopped ? glyphs.stopped : glyphs.blocked, .yellow)) \(name)"
    case .running:
      let done = layer.releases.count { $0.phase == .ready }
      let text = "  \(done) of \(layer.releases.count) \(verb.done) \(glyphs.separator) \(elapsed)"
      let waits = layer.blockers.first.map { "  waiting for \($0)" } ?? ""
      return "\(style(glyphs.spinner(at: now), .cyan)) \(style(layer.name, .bold))" + style(text, .dim) + waits
    }
  }

  // MARK: Releases

  private func releases(
    of layer: BoardState.Layer, at now: Duration, _ folding: Folding, nameWidth: Int
  ) -> [String] {
    let ready = layer.releases.filter { $0.phase == .ready }
    let pending = layer.releases.filter { $0.phase == .pending }
    var lines: [String] = []
    if folding >= .readyReleases, ready.count > 1 {
      let names = ready.map(\.name).joined(separator: ", ")
      lines.append("  \(style(glyphs.ready, .green)) \(ready.count) \(verb.done)" + style("  \(names)", .dim))
    }
    for release in layer.releases {
      if release.phase == .ready, folding >= .readyReleases, ready.count > 1 { continue }
      if release.phase == .pending, folding >= .pendingReleases, pending.count > 1 { continue }
      lines.append(row(release, at: now, nameWidth: nameWidth))
    }
    if folding >= .pendingReleases, pending.count > 1 {
      let names = pending.map(\.name).joined(separator: ", ")
      lines.append(style("  \(glyphs.pending) \(pending.count) to come  \(names)", .dim))
    }
    return lines
  }

  private func row(_ release: BoardState.ReleaseRow, at now: Duration, nameWidth: Int) -> String {
    let name = TextWidth.pad(release.name, to: nameWidth)
    let elapsed = release.startedAt.map { ((release.endedAt ?? now) - $0).brief } ?? ""
    let time = style(TextWidth.pad(elapsed, to: 7, atStart: true), .dim)
    let attempt = release.attempt > 1 ? "try \(release.attempt): " : ""
    let spinner = style(glyphs.spinner(at: now), .cyan)
    switch release.phase {
    case .pending: return style("  \(glyphs.pending) \(release.name)", .dim)
    case .working(let text): return "  \(spinner) \(name) \(time)  \(attempt)\(text)"
    case .waiting(let blockers): return "  \(spinner) \(name) \(time)  \(attempt)\(Self.waiting(blockers))"
    case .retrying(let attempt, let start, let reason):
      let text = "try \(attempt) in \(max(.zero, start - now).brief): \(reason)"
      return "  \(style(glyphs.warning, .yellow)) \(name) \(time)  \(text)"
    case .ready:
      let changes = release.changes == 0 ? "unchanged" : Self.count(release.changes, "change")
      return "  \(style(glyphs.ready, .green)) \(name) \(time)  " + style(changes, .dim)
    case .failed(let reason): return "  \(style(glyphs.failed, .red)) \(name) \(time)  \(reason)"
    case .blocked(let culprits):
      return "  \(style(glyphs.blocked, .yellow)) \(name) \(time)  waits for \(culprits.joined(separator: ", "))"
    case .stopped:
      let text = release.startedAt == nil ? "not started" : "stopped"
      return "  \(style(glyphs.stopped, .yellow)) \(name) \(time)  \(text)"
    }
  }

  static func count(_ number: Int, _ noun: String) -> String { number == 1 ? "1 \(noun)" : "\(number) \(noun)s" }
}
