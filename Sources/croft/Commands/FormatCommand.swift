import Blueprint
import Diagnostics
import JSON
import Terminal
import YAML

/// `croft fmt [PATH …]`
enum FormatCommand: Subcommand {
  static let spec = CommandSpec(
    name: "fmt", summary: "lay the cluster file out in one way, with its comments",
    discussion: """
      Formats cluster.yaml and the files that belong to it: two spaces a level, lists deeper than their key, no white \
      space that is not needed. Comments, the order of keys, quotes, anchors and line breaks stay. Each file that \
      changes is named. A file is only written where the result reads as the same values; one with mistakes is left \
      alone, and they are shown.
      """,
    arguments: [
      .init(
        label: "PATH", kind: .file, arity: .any,
        help: "files, folders, or - for standard input (default: the files of the cluster)")
    ],
    options: [.flag("check", nil, "write nothing; name what would change and end with status 1")],
    examples: [
      .init("croft fmt", "the files of this folder's cluster, or of the nearest one above it"),
      .init("croft fmt --check", "for a pipeline or a commit hook"),
      .init("croft fmt manifests values.yaml", "these files, and every YAML file in the folder"),
      .init("croft fmt - < draft.yaml", "prints the formatted text, as editors want it"),
    ])

  /// What became of one file.
  private struct Outcome {
    var path: String
    var hasChanged = false
    var error: String?
    var problems: [YAMLError] = []
    var source = ""
    var isFine: Bool { error == nil && problems.isEmpty }
  }

  static func run(_ context: Context) throws -> ExitCode {
    let arguments = context.invocation.arguments
    let isCheck = context.invocation.has("check")
    if arguments.contains("-") {
      guard arguments.count == 1 else {
        throw UsageError(message: "'-' stands alone: standard input is formatted on its own", command: spec.name)
      }
      guard isCheck || context.format == .text else {
        throw UsageError(message: "'-' prints the text itself; -o json goes with --check", command: spec.name)
      }
      return try formatInput(context, isCheck: isCheck)
    }
    var files = FormattableFiles()
    if arguments.isEmpty { try files.addCluster(try Directories.cluster(context.invocation.value("directory"))) }
    for path in arguments { try files.add(named: path) }
    return report(files.paths.map { format($0, isCheck: isCheck) }, context, isCheck: isCheck)
  }

  private static func format(_ path: String, isCheck: Bool) -> Outcome {
    var outcome = Outcome(path: path)
    do {
      let bytes = try FileWorkspace().read(path)
      let text = try layOut(bytes, &outcome)
      guard outcome.hasChanged, let text, !isCheck else { return outcome }
      try TextFile.replace(path, with: text)
    } catch {
      outcome.hasChanged = false
      outcome.error = "\(error)"
    }
    return outcome
  }

  private static func formatInput(_ context: Context, isCheck: Bool) throws -> ExitCode {
    var outcome = Outcome(path: "<stdin>")
    let text = try layOut(try TextFile.standardInput(), &outcome)
    if let text, !isCheck { context.output.write(text) }
    if !isCheck { outcome.hasChanged = false }
    return report([outcome], context, isCheck: isCheck)
  }

  /// - Returns: `nil` where the text cannot be formatted; the outcome says why.
  private static func layOut(_ bytes: [UInt8], _ outcome: inout Outcome) throws -> String? {
    do {
      let text = try Document.format(bytes, file: outcome.path)
      outcome.hasChanged = !text.utf8.elementsEqual(bytes)
      return text
    } catch FormatError.problems(let problems) {
      outcome.problems = problems
      // UTF-16 would be shown as noise.
      let mark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
      if !bytes.contains(0) { outcome.source = String(decoding: bytes.dropFirst(mark ? 3 : 0), as: UTF8.self) }
      return nil
    }
  }

  private static func report(_ outcomes: [Outcome], _ context: Context, isCheck: Bool) -> ExitCode {
    let diagnostics = DiagnosticList(outcomes.flatMap(\.problems).map(\.diagnostic))
    switch context.format {
    case .json: context.output.line(json(outcomes, diagnostics).text)
    case .text:
      for outcome in outcomes where outcome.hasChanged { context.output.line(outcome.path) }
      let sources = Dictionary(outcomes.map { ($0.path, $0.source) }) { first, _ in first }
      if !diagnostics.isEmpty {
        let renderer = Renderer(sources: sources, colour: context.errorStyle.isColored)
        context.output.errorLine(renderer.render(diagnostics).trimmingLineBreak)
      }
      for error in outcomes.compactMap(\.error) {
        context.error("\(error)")
      }
    }
    let isDone = outcomes.allSatisfy { $0.isFine && !(isCheck && $0.hasChanged) }
    return isDone ? .success : .failure
  }

  private static func json(_ outcomes: [Outcome], _ diagnostics: DiagnosticList) -> JSON {
    let files = outcomes.map { outcome -> JSON in
      [
        "path": .string(outcome.path), "changed": .bool(outcome.hasChanged),
        "error": outcome.error.map { .string($0) } ?? .null,
      ]
    }
    let result: JSON = ["files": .array(files)]
    return result.merging(diagnostics.json)
  }
}
