import Blueprint
import Diagnostics
import JSON
import Terminal

/// `croft check`
enum CheckCommand: Subcommand {
  static let spec = CommandSpec(
    name: "check", summary: "find mistakes in the cluster file, without a cluster",
    discussion: """
      Reads cluster.yaml and the files beside it and reports every mistake with its line, the reason and the fix. \
      Nothing is contacted. Each of the file's environments is checked as well, unless one is chosen. Ends with status \
      1 where there is an error; warnings and notes do not count.
      """,
    examples: [
      .init("croft check", "checks the cluster of this folder, or of the nearest one above it"),
      .init("croft check -C ~/cluster -o json", "for an editor or a pipeline: one JSON document"),
      .init("croft explain CR0201", "says more about a mistake that was found"),
    ])

  static func run(_ context: Context) throws -> ExitCode {
    let result = try context.loadEveryEnvironment()
    switch context.format {
    case .json: context.output.line(result.diagnostics.json.text)
    case .text:
      let renderer = Renderer(sources: result.sources, colour: context.style.isColored)
      context.output.write(renderer.render(result.diagnostics))
    }
    return result.diagnostics.hasErrors ? .failure : .success
  }
}
