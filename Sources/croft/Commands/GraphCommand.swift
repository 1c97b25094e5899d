import Blueprint
import JSON
import Rollout

/// `croft graph`
enum GraphCommand: Subcommand {
  static let spec = CommandSpec(
    name: "graph", summary: "show the order in which releases are rolled out",
    discussion: """
      Draws layers, releases and what each waits for, from the cluster file alone. Soft dependencies are marked, and \
      so are the ones that were left out because they would close a cycle.
      """,
    options: [.value("format", "f", "FORMAT", .choice(["text", "dot", "mermaid"]), "text, dot (Graphviz) or mermaid")],
    examples: [
      .init("croft graph", "for people"),
      .init("croft graph -f dot | dot -Tsvg > cluster.svg", "a drawing, with Graphviz"),
      .init("croft graph -f mermaid", "for a Markdown page"),
    ])

  static func run(_ context: Context) throws -> ExitCode {
    let drawing = GraphDrawing(ReleaseGraph(try context.loadBlueprint()))
    if context.format == .json {
      context.output.line(drawing.json.text)
      return .success
    }
    switch context.invocation.value("format") {
    case "dot": context.output.line(drawing.dot)
    case "mermaid": context.output.line(drawing.mermaid)
    default: context.output.line(drawing.text)
    }
    return .success
  }
}
