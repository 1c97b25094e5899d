import Blueprint
import Catalog
import Checks
import Diagnostics
import JSON
import Secrets
import Terminal
import YAML

/// `croft explain CODE`, `croft explain KEY`
enum ExplainCommand: Subcommand {
  static let spec = CommandSpec(
    name: "explain", summary: "say what a diagnostic code or a key of the file means",
    discussion: """
      Prints the page of a code that 'croft check' has shown, with an example before and after, or what a key of the \
      cluster file is for and what can be written there. Names of keys have dots between them; '*' or any name stands \
      for one of your own.
      """,
    arguments: [
      .init(
        label: "TOPIC", kind: .topics, arity: .optional, help: "a code such as CR0201, or a key such as nodes.disks")
    ],
    options: [.flag("list", nil, "list every code with its title")],
    examples: [
      .init("croft explain CR0201", "what CR0201 means"),
      .init("croft explain nodes.disks.use", "what can be written there, and what it means"),
      .init("croft explain 'apps.*.expose'", "the keys of an application's expose"),
      .init("croft explain cluster", "the keys at the top of the file"),
      .init("croft explain component", "the keys of a component of your own"),
      .init("croft explain --list", "every code that croft has"),
    ])

  /// Every page, by code.
  static var pages: [Page] {
    (YAMLPages.all + BlueprintPages.all + OwnComponentPages.all + Checks.pages + SecretsPages.all).sorted {
      $0.code < $1.code
    }
  }

  static func run(_ context: Context) throws -> ExitCode {
    if context.invocation.has("list") {
      list(context)
      return .success
    }
    guard let topic = context.invocation.arguments.first else {
      throw UsageError(message: "'croft explain' needs a code or a key, or --list for all codes", command: spec.name)
    }
    let isCode = topic.wholeMatch(of: /(?i)CR[0-9]+/) != nil
    if isCode { try explain(code: topic, context) } else { try explain(key: topic, context) }
    return .success
  }

  private static func explain(key: String, _ context: Context) throws(Exit) {
    let explanation = try KeyExplanation.find(key, components: try context.componentKinds())
    switch context.format {
    case .json: context.output.line(explanation.json.text)
    case .text: context.output.line(explanation.text(context.style))
    }
  }

  private static func explain(code: String, _ context: Context) throws(Exit) {
    guard let page = pages.first(where: { $0.code == code.uppercased() }) else {
      let meant = Suggestion.nearest(to: code, among: pages.map(\.code)).map { "; did you mean '\($0)'?" } ?? ""
      throw Exit(.failure, "there is no code '\(code)'\(meant) ('croft explain --list' lists them)")
    }
    switch context.format {
    case .json: context.output.line(page.json.text)
    case .text: context.output.line("\(context.style("\(page.code): \(page.title)", .bold))\n\n\(page.body)")
    }
  }

  private static func list(_ context: Context) {
    switch context.format {
    case .json: context.output.line(JSON.array(pages.map(\.json)).text)
    case .text:
      let table = Table([.init(""), .init("")], rows: pages.map { [context.style($0.code, .bold), $0.title] })
      for line in table.lines() { context.output.line(line) }
    }
  }
}

extension Page {
  fileprivate var json: JSON { ["code": .string(code), "title": .string(title), "body": .string(body)] }
}
