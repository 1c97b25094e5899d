import Terminal

/// Help texts, made from the specs.
struct Help: Sendable {
  var commands: [CommandSpec]
  var globals: [OptionSpec]
  var style: Style
  /// Columns to fit into.
  var width = 80

  /// `croft --help`
  var overview: String {
    var lines = [
      "croft runs a home Kubernetes cluster from one declarative file.", "",
      "\(heading("Usage:")) croft [options] COMMAND …", "", heading("Commands:"),
    ]
    lines += rows(commands.filter { !$0.isHidden }.map { ($0.name, $0.summary) })
    lines += ["", heading("Options:")]
    lines += rows(globals.map { (label($0), $0.help) })
    lines += ["", heading("Exit status:")]
    lines += rows(ExitCode.allCases.map { (String($0.rawValue), $0.meaning) })
    lines += ["", "'croft COMMAND --help' explains a command, with examples."]
    return lines.joined(separator: "\n")
  }

  /// `croft deploy --help`
  func page(_ spec: CommandSpec) -> String {
    var usage = "croft \(spec.name)"
    if !spec.subcommands.isEmpty { usage += spec.worksAlone ? " [COMMAND …]" : " COMMAND …" }
    if !spec.options.isEmpty { usage += " [options]" }
    for argument in spec.arguments {
      switch argument.arity {
      case .one: usage += " \(argument.label)"
      case .optional: usage += " [\(argument.label)]"
      case .any: usage += " [\(argument.label) …]"
      }
    }
    var lines = TextWidth.wrap(spec.discussion, to: width)
    lines += ["", "\(heading("Usage:")) \(usage)"]
    if !spec.subcommands.isEmpty {
      lines += ["", heading("Commands:")]
      lines += rows(spec.subcommands.map { ($0.word, $0.summary) })
    }
    if !spec.arguments.isEmpty {
      lines += ["", heading("Arguments:")]
      lines += rows(spec.arguments.map { ($0.label, $0.help) })
    }
    if !spec.options.isEmpty {
      lines += ["", heading("Options:")]
      lines += rows(spec.options.map { (label($0), $0.help) })
    }
    lines += ["", heading("Options of every command:")]
    lines += rows(globals.map { (label($0), $0.help) })
    if !spec.examples.isEmpty {
      lines += ["", heading("Examples:")]
      for example in spec.examples {
        lines.append("  \(style(example.line, .cyan))")
        lines += TextWidth.wrap(example.meaning, to: width - 6).map { "      \($0)" }
      }
    }
    return lines.joined(separator: "\n")
  }

  private func heading(_ text: String) -> String { style(text, .bold) }

  private func label(_ option: OptionSpec) -> String {
    let short = option.short.map { "-\($0), " } ?? "    "
    return short + "--\(option.name)" + (option.value.map { " \($0.label)" + ($0.isList ? "…" : "") } ?? "")
  }

  /// Two columns, the second wrapped.
  private func rows(_ rows: [(String, String)]) -> [String] {
    let first = rows.map { TextWidth.of($0.0) }.max() ?? 0
    return rows.flatMap { name, text in
      TextWidth.wrap(text, to: max(20, width - first - 4)).enumerated().map { index, line in
        "  " + style(TextWidth.pad(index == 0 ? name : "", to: first), .cyan) + "  " + line
      }
    }
  }
}
