import Diagnostics

/// Reads command lines as the specs say. Options may stand before or after the command and its arguments, as
/// `--name value`, `--name=value`, `-n value`, `-nvalue`, and flags together as `-ab`; `--` ends them.
struct ArgumentParser: Sendable {
  var commands: [CommandSpec]
  var globals: [OptionSpec]

  func parse(_ words: [String]) throws(UsageError) -> Invocation {
    var invocation = Invocation()
    var spec: CommandSpec?
    var rest = words[...]
    var optionsHaveEnded = false
    while let word = rest.popFirst() {
      if !optionsHaveEnded, word == "--" {
        optionsHaveEnded = true
      } else if !optionsHaveEnded, word.hasPrefix("--") {
        try readLong(word, &rest, spec, &invocation)
      } else if !optionsHaveEnded, word.hasPrefix("-"), word.count > 1 {
        try readShort(word, &rest, spec, &invocation)
      } else if spec == nil {
        spec = try command(word, among: commands, of: "")
        invocation.command = spec?.name
      } else if let group = spec, group.leads(to: word), invocation.arguments.isEmpty {
        spec = try command(word, among: group.subcommands, of: "\(group.name) ")
        invocation.command = spec?.name
      } else {
        invocation.arguments.append(word)
      }
    }
    // Someone who asks for help or the version has not to get the rest right.
    if let spec, !invocation.has("help"), !invocation.has("version") { try checkArguments(invocation, spec) }
    return invocation
  }

  /// - Parameter group: the words before, with a space behind.
  private func command(
    _ word: String, among commands: [CommandSpec], of group: String
  ) throws(UsageError) -> CommandSpec {
    if let spec = commands.first(where: { $0.word == word }) { return spec }
    let visible = commands.filter { !$0.isHidden }.map(\.word)
    throw UsageError(
      message: "there is no command '\(group)\(word)'" + meant(word, visible, quote: { "croft \(group)\($0)" }),
      command: group.isEmpty ? nil : String(group.dropLast()))
  }

  // MARK: Options

  private func readLong(
    _ word: String, _ rest: inout ArraySlice<String>, _ spec: CommandSpec?, _ invocation: inout Invocation
  ) throws(UsageError) {
    let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    let options = globals + (spec?.options ?? [])
    guard let option = options.first(where: { $0.name == name }) else {
      throw UsageError(message: unknown(name, options, spec), command: spec?.name)
    }
    guard option.value != nil else {
      guard parts.count == 1 else {
        throw UsageError(message: "--\(name) takes no value", command: spec?.name)
      }
      invocation.flags.insert(name)
      return
    }
    try take(option, inline: parts.count == 2 ? String(parts[1]) : nil, &rest, spec, &invocation)
  }

  private func unknown(_ name: String, _ options: [OptionSpec], _ spec: CommandSpec?) -> String {
    // The option of a command that is written before it.
    if spec == nil,
      let owner = commands.flatMap(\.all).first(where: { $0.options.contains { $0.name == name } && !$0.isHidden })
    {
      return "--\(name) belongs behind its command: croft \(owner.name) --\(name)"
    }
    return "there is no option --\(name)" + meant(name, options.map(\.name), quote: { "--\($0)" })
  }

  private func readShort(
    _ word: String, _ rest: inout ArraySlice<String>, _ spec: CommandSpec?, _ invocation: inout Invocation
  ) throws(UsageError) {
    var letters = word.dropFirst()
    while let letter = letters.popFirst() {
      guard let option = (globals + (spec?.options ?? [])).first(where: { $0.short == letter }) else {
        throw UsageError(message: "there is no option -\(letter)", command: spec?.name)
      }
      if option.value == nil {
        invocation.flags.insert(option.name)
        continue
      }
      if letters.first == "=" { letters.removeFirst() }
      try take(option, inline: letters.isEmpty ? nil : String(letters), &rest, spec, &invocation)
      return
    }
  }

  private func take(
    _ option: OptionSpec, inline: String?, _ rest: inout ArraySlice<String>, _ spec: CommandSpec?,
    _ invocation: inout Invocation
  ) throws(UsageError) {
    guard let kind = option.value else { return }
    guard let text = inline ?? rest.popFirst(), !text.isEmpty else {
      throw UsageError(message: "--\(option.name) needs a value: --\(option.name) \(kind.label)", command: spec?.name)
    }
    let values = kind.isList ? text.split(separator: ",").map(String.init) : [text]
    for value in values { try check(value, kind.kind, "--\(option.name)", spec) }
    invocation.values[option.name] = (kind.isList ? invocation.values[option.name] ?? [] : []) + values
  }

  // MARK: Values

  private func check(_ value: String, _ kind: ValueKind, _ place: String, _ spec: CommandSpec?) throws(UsageError) {
    guard case .choice(let choices) = kind, !choices.contains(value) else { return }
    throw UsageError(
      message: "\(place) is one of \(choices.joined(separator: ", ")), not '\(value)'"
        + meant(value, choices, quote: { $0 }), command: spec?.name)
  }

  private func checkArguments(_ invocation: Invocation, _ spec: CommandSpec) throws(UsageError) {
    var given = invocation.arguments[...]
    for argument in spec.arguments {
      switch argument.arity {
      case .one:
        guard let value = given.popFirst() else {
          throw UsageError(
            message: "'croft \(spec.name)' needs \(argument.label): \(argument.help)", command: spec.name)
        }
        try check(value, argument.kind, argument.label, spec)
      case .optional:
        if let value = given.popFirst() { try check(value, argument.kind, argument.label, spec) }
      case .any:
        for value in given { try check(value, argument.kind, argument.label, spec) }
        given = []
      }
    }
    if let extra = given.first {
      throw UsageError(message: "'croft \(spec.name)' does not take '\(extra)'", command: spec.name)
    }
  }

  private func meant(_ word: String, _ candidates: [String], quote: (String) -> String) -> String {
    Suggestion.nearest(to: word, among: candidates).map { "; did you mean '\(quote($0))'?" } ?? ""
  }
}
