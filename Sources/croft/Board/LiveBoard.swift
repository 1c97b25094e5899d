import Rollout
import Terminal

/// A run on a terminal: a board that is redrawn in place, with notices above it that scroll away.
actor LiveBoard: EventRenderer {
  private var state = BoardState()
  private var notices: [Notice] = []
  private var region = LiveRegion()
  private let view: BoardView
  private let device: TerminalDevice
  private let output: Output
  private let isVerbose: Bool
  private let now: @Sendable () -> Duration
  private let clock: any Clock<Duration>
  private var isStopping = false

  /// - Parameter now: The time since the run began.
  init(
    _ view: BoardView, on device: TerminalDevice, output: Output, isVerbose: Bool, clock: any Clock<Duration>,
    now: @escaping @Sendable () -> Duration
  ) {
    self.view = view
    self.device = device
    self.output = output
    self.isVerbose = isVerbose
    self.clock = clock
    self.now = now
  }

  func on(_ event: Event) {
    notices += state.on(event, at: now()).filter { isVerbose || $0.weight != .detail }
  }

  func animate() async {
    LiveMode.enter(device)
    while !Task.isCancelled {
      draw()
      try? await clock.sleep(for: .milliseconds(100))
    }
  }

  /// Somebody asked for a stop: says so until the run has ended.
  func stop() {
    isStopping = true
    draw()
  }

  /// What was drawn is no longer where it was.
  func redraw() {
    region.forget()
    draw()
  }

  func finish() {
    // The last frame is no longer bound to the height of the screen: it is the start of what stays. A run that ended
    // before it began has none.
    let size = device.size
    var lines = takeNotices(size.columns)
    if !state.layers.isEmpty {
      lines += view.finalLines(state, at: now(), columns: size.columns) + [""]
      lines += RunSummary(state: state, verb: view.verb, style: view.style, glyphs: view.glyphs).lines
    }
    output.write(region.update([], above: lines, size: size))
    LiveMode.leave()
  }

  private func draw() {
    guard state.outcome == nil else { return }
    let size = device.size
    // One row less for the board where the line about stopping needs it.
    let room = TerminalSize(columns: size.columns, rows: size.rows - (isStopping ? 1 : 0))
    var lines = view.lines(state, at: now(), size: room)
    if isStopping {
      lines.append(view.style("stopping after what is in flight; Ctrl-C again ends at once", .yellow))
    }
    output.write(region.update(lines, above: takeNotices(size.columns), size: size))
  }

  private func takeNotices(_ columns: Int) -> [String] {
    defer { notices = [] }
    return notices.map { notice in
      let name = notice.release.map { "\($0): " } ?? ""
      switch notice.weight {
      case .warning: return view.style("\(view.glyphs.warning) ", .yellow) + name + notice.text
      case .news: return "  \(name)\(notice.text)"
      case .detail: return view.style("  \(name)\(notice.text)", .dim)
      }
    }
  }
}
