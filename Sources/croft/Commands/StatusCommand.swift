import Blueprint
import JSON
import Rollout
import Terminal

/// `croft status`
enum StatusCommand: Subcommand {
  static let spec = CommandSpec(
    name: "status", summary: "show which releases are ready, and what the others wait for",
    discussion: """
      Asks the cluster how every release of the file is now, down to the pod that is to blame. Ends with status 1 \
      where a release is not ready.
      """,
    options: [.flag("watch", "w", "look again every two seconds, until Ctrl-C")],
    examples: [
      .init("croft status", "once"),
      .init("croft status --watch", "again and again"),
      .init("croft status -o json", "for programs: one JSON document"),
    ])

  static func run(_ context: Context) async throws -> ExitCode {
    let blueprint = try context.loadBlueprint()
    return try await context.withCluster { environment in
      if context.invocation.has("watch") { return try await watch(blueprint, environment, context) }
      let report = try await StatusReport.make(blueprint, in: environment)
      if context.format == .json {
        context.output.line(report.json.text)
      } else {
        for line in lines(report, context) { context.output.line(line) }
      }
      return report.isReady ? .success : .failure
    }
  }

  /// Draws in place on a terminal; elsewhere a report follows the other.
  private static func watch(
    _ blueprint: Blueprint, _ environment: Rollout.Environment, _ context: Context
  ) async throws -> ExitCode {
    let (stops, continuation) = AsyncStream.makeStream(of: Void.self)
    Interrupts.handle(device: context.isLive ? .standardOutput : nil, stop: { continuation.finish() })
    if context.isLive { LiveMode.enter(.standardOutput) }
    defer { LiveMode.leave() }
    return try await withThrowingTaskGroup(of: ExitCode?.self) { group in
      group.addTask {
        for await _ in stops {}
        return .interrupted
      }
      group.addTask {
        var region = LiveRegion()
        while true {
          let report = try await StatusReport.make(blueprint, in: environment)
          if context.format == .json {
            context.output.line(report.json.text)
          } else if context.isLive {
            context.output.write(region.update(lines(report, context), size: TerminalDevice.standardOutput.size))
          } else {
            for line in lines(report, context) { context.output.line(line) }
          }
          try await context.clock.sleep(for: .seconds(2))
        }
      }
      defer { group.cancelAll() }
      return try await group.next().flatMap { $0 } ?? .interrupted
    }
  }

  private static func lines(_ report: StatusReport, _ context: Context) -> [String] {
    let style = context.style
    let glyphs = context.glyphs
    var table = Table([
      .init(""), .init("RELEASE"), .init("LAYER"), .init("NAMESPACE"), .init("OBJECTS", .right), .init("STATE"),
    ])
    for release in report.releases {
      let (glyph, ink): (String, Style.Ink) =
        switch release.state {
        case .ready: (glyphs.ready, .green)
        case .notReady: (glyphs.failed, .red)
        case .incomplete: (glyphs.warning, .yellow)
        case .notDeployed: (glyphs.pending, .dim)
        case .orphaned: (glyphs.warning, .yellow)
        }
      let blockers = release.state.blockers
      let reason = blockers.isEmpty ? "" : ": \(BoardView.waiting(blockers))"
      table.append(
        style(glyph, ink), release.name, release.layer, release.namespace, String(release.objects),
        release.state.name + reason)
    }
    let width = context.isLive ? TerminalDevice.standardOutput.size.columns : nil
    var lines = table.lines(width: width, style: style, ellipsis: glyphs.ellipsis)
    let ready = report.releases.count { $0.state == .ready }
    lines.append("\(ready) of \(report.releases.count) releases are ready on Kubernetes \(report.server)")
    if let holder = report.heldBy { lines.append("\(holder) is at work on the cluster now") }
    return lines
  }
}
