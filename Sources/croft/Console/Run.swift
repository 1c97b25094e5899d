import Rollout
import Terminal

extension Context {
  /// Shows a run to the user while it goes on, lets Ctrl-C stop it cleanly, and says how croft ends.
  func show(
    _ verb: RunVerb, cluster: String,
    _ body: (StopSignal, @escaping @Sendable (Event) async -> Void) async throws -> Event.Outcome
  ) async throws -> ExitCode {
    let started = ContinuousClock.now
    let now: @Sendable () -> Duration = { ContinuousClock.now - started }
    let stop = StopSignal()
    let (signals, continuation) = AsyncStream.makeStream(of: Signal.self)

    let renderer: any EventRenderer
    if isLive {
      let view = BoardView(
        title: "\(verb.command) \(glyphs.separator) \(cluster)", verb: verb, style: style, glyphs: glyphs)
      renderer = LiveBoard(
        view, on: .standardOutput, output: output, isVerbose: isVerbose, clock: clock, now: now)
    } else if format == .json {
      renderer = JSONLines(output: output, time: time)
    } else {
      renderer = PlainLines(output: output, verb: verb, glyphs: glyphs, isVerbose: isVerbose, now: now)
    }
    Interrupts.handle(
      device: isLive ? .standardOutput : nil, stop: { continuation.yield(.stop) },
      resumed: { continuation.yield(.resumed) })

    // Both children only show and listen; they end when the run has.
    let result = await withTaskGroup(of: Void.self) { group in
      group.addTask { await renderer.animate() }
      group.addTask {
        for await signal in signals {
          switch signal {
          case .stop:
            await stop.stop()
            await renderer.stop()
          case .resumed: await renderer.redraw()
          }
        }
      }
      let result: Result<Event.Outcome, any Error>
      do { result = .success(try await body(stop) { await renderer.on($0) }) } catch { result = .failure(error) }
      group.cancelAll()
      return result
    }
    await renderer.finish()
    let outcome = try result.get()
    if await stop.isStopped, !outcome.isSuccess { return .interrupted }
    return outcome.isSuccess ? .success : .failure
  }
}

private enum Signal: Sendable {
  case stop
  /// The program goes on after Ctrl-Z.
  case resumed
}
