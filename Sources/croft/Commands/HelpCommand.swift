import Diagnostics
import Terminal

/// `croft help [COMMAND]`, the same as `croft [COMMAND] --help`
enum HelpCommand: Subcommand {
  static let spec = CommandSpec(
    name: "help", summary: "explain a command, with examples",
    discussion: "Prints what croft does, or what one command takes and does.",
    arguments: [.init(label: "COMMAND", kind: .commands, arity: .any, help: "the command to explain")],
    examples: [
      .init("croft help deploy", "the same as 'croft deploy --help'"),
      .init("croft help secrets set", "a command of a group"),
    ])

  static func run(_ context: Context) throws -> ExitCode {
    let words = context.invocation.arguments
    try show(words.isEmpty ? nil : words.joined(separator: " "), context)
    return .success
  }

  static func show(_ command: String?, _ context: Context) throws {
    let width = TerminalDevice.standardOutput.isTerminal ? min(100, TerminalDevice.standardOutput.size.columns) : 80
    let help = Help(
      commands: AllCommands.specs, globals: GlobalOptions.specs, style: context.style, width: max(40, width))
    guard let command else {
      context.output.line(help.overview)
      return
    }
    guard let type = AllCommands.type(command) else {
      let known = AllCommands.specs.filter { !$0.isHidden }.flatMap(\.all).map(\.name)
      let meant = Suggestion.nearest(to: command, among: known).map { "; did you mean '\($0)'?" } ?? ""
      throw UsageError(message: "there is no command '\(command)'\(meant)", command: nil)
    }
    context.output.line(help.page(type.spec))
  }
}
