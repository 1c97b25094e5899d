import Blueprint
import Checks
import Diagnostics
import JSON
import Secrets
import Terminal
import YAML

/// `croft explain CODE`
enum ExplainCommand: Subcommand {
  static let spec = CommandSpec(
    name: "explain", summary: "say what a diagnostic code means and how to mend it",
    discussion: "Prints the page of a code that 'croft check' has shown, with an example before and after.",
    arguments: [.init(label: "CODE", kind: .codes, arity: .optional, help: "a code such as CR0201")],
    options: [.flag("list", nil, "list every code with its title")],
    examples: [
      .init("croft explain CR0201", "what CR0201 means"),
      .init("croft explain --list", "every code that croft has"),
    ])

  /// Every page, by code.
  static var pages: [Page] {
    (YAMLPages.all + BlueprintPages.all + Checks.pages + SecretsPages.all).sorted { $0.code < $1.code }
  }

  static func run(_ context: Context) throws -> ExitCode {
    if context.invocation.has("list") {
      list(context)
      return .success
    }
    guard let code = context.invocation.arguments.first else {
      throw UsageError(message: "'croft explain' needs a CODE, or --list for all of them", command: spec.name)
    }
    guard let page = pages.first(where: { $0.code == code.uppercased() }) else {
      let meant = Suggestion.nearest(to: code, among: pages.map(\.code)).map { "; did you mean '\($0)'?" } ?? ""
      throw Exit(.failure, "there is no code '\(code)'\(meant) ('croft explain --list' lists them)")
    }
    switch context.format {
    case .json: context.output.line(page.json.text)
    case .text: context.output.line("\(context.style("\(page.code): \(page.title)", .bold))\n\n\(page.body)")
    }
    return .success
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
