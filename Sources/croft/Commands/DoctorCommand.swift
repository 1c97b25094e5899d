import JSON
import Terminal

/// `croft doctor`
enum DoctorCommand: Subcommand {
  static let spec = CommandSpec(
    name: "doctor", summary: "say what is missing on this machine, and how to get it",
    discussion: """
      Looks for the programs that croft calls and their versions, reads the cluster file, asks the API server for its \
      version and opens the journal. Ends with status 1 where something that is needed is missing.
      """,
    examples: [
      .init("croft doctor", "looks at everything"),
      .init("croft doctor --context lab", "with another cluster of the kubeconfig"),
    ])

  static func run(_ context: Context) async -> ExitCode {
    let findings = await Examination(context: context).run()
    let isFine = !findings.contains { $0.level == .error }
    if context.format == .json {
      context.output.line(JSON.array(findings.map(\.json)).text)
      return isFine ? .success : .failure
    }
    let width = findings.map { TextWidth.of($0.subject) }.max() ?? 0
    for finding in findings {
      let (glyph, ink): (String, Style.Ink) =
        switch finding.level {
        case .ok: (context.glyphs.ready, .green)
        case .warning: (context.glyphs.warning, .yellow)
        case .error: (context.glyphs.failed, .red)
        }
      context.output.line(
        "\(context.style(glyph, ink)) \(TextWidth.pad(finding.subject, to: width))  \(finding.message)")
      if let fix = finding.fix {
        context.output.line(String(repeating: " ", count: width + 4) + context.style(fix, .cyan))
      }
    }
    return isFine ? .success : .failure
  }
}
