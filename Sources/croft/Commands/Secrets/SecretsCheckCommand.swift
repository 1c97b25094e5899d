import Diagnostics
import JSON
import Secrets
import Terminal

/// `croft secrets check`
enum SecretsCheckCommand: Subcommand {
  static let spec = CommandSpec(
    name: "secrets check", summary: "look whether every secret can be read, and whether one is due",
    discussion: """
      Decrypts every file in secrets/, verifies its signature, compares its recipients with those that are named, looks \
      for plain files, and reads the dates of secrets/rotation.yaml. Ends with status 1 where there is an error; values \
      that are due are warnings.
      """,
    examples: [
      .init("croft secrets check", "the cluster of this folder"),
      .init("croft secrets check -o json", "for a pipeline: one JSON document"),
    ])

  static func run(_ context: Context) async throws -> ExitCode {
    let work = SecretsWork(context)
    let check = SecretsCheck(
      try work.files, keyring: try await work.keyring(), fallback: try work.clusterRule(), today: work.today)
    let report = try await check.run()
    switch context.format {
    case .json: context.output.line(report.diagnostics.json.text)
    case .text:
      let renderer = Renderer(colour: context.style.isColored)
      let count = report.files.count
      context.output.write(renderer.render(report.diagnostics).trimmingLineBreak)
      context.output.line(" in \(count) file\(count == 1 ? "" : "s")")
    }
    return report.diagnostics.hasErrors ? .failure : .success
  }
}
