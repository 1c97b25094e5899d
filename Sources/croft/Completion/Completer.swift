/// What could stand at the end of an unfinished command line.
struct Completer: Sendable {
  enum Answer: Sendable, Equatable {
    case candidates([Candidate])
    /// The shell knows files better.
    case files
    case folders
  }

  struct Candidate: Sendable, Equatable {
    var value: String
    var help: String
  }

  var commands: [CommandSpec]
  var globals: [OptionSpec]
  /// Names that only files know, for a kind and the line so far.
  var names: @Sendable (ValueKind, Invocation) -> [Candidate]

  /// - Parameters:
  ///   - words: Behind the program's name; the last one is being typed and may be empty.
  ///   - splitsAtEquals: bash hands `--output=js` over as three words, and replaces the last alone.
  func complete(_ words: [String], splitsAtEquals: Bool = false) -> Answer {
    var words = words
    var wantsValueAlone = false
    if splitsAtEquals { (words, wantsValueAlone) = joined(words) }
    let current = words.last ?? ""
    let line = read(words.dropLast())

    if let option = line.pending, let value = option.value { return answer(value.kind, current, prefix: "", line) }
    if !line.optionsHaveEnded, current.hasPrefix("--"), let equals = current.firstIndex(of: "=") {
      let name = current[..<equals].dropFirst(2)
      guard let option = options(line).first(where: { $0.name == name }), let value = option.value else {
        return .candidates([])
      }
      let prefix = wantsValueAlone ? "" : String(current[...equals])
      return answer(value.kind, String(current[current.index(after: equals)...]), prefix: prefix, line)
    }
    if !line.optionsHaveEnded, current.hasPrefix("-") {
      let fresh = options(line).filter { $0.value?.isList == true || !line.used.contains($0.name) }
      return filtered(fresh.map { Candidate(value: "--\($0.name)", help: $0.help) }, current)
    }
    guard let spec = line.spec else { return answer(.commands, current, prefix: "", line) }
    if !spec.subcommands.isEmpty, line.invocation.arguments.isEmpty {
      let commands = spec.subcommands.map { Candidate(value: $0.word, help: $0.summary) }
      guard spec.worksAlone, let argument = argument(of: spec, line),
        case .candidates(let arguments) = answer(argument.kind, current, prefix: "", line)
      else { return filtered(commands, current) }
      return filtered(commands + arguments, current)
    }
    guard let argument = argument(of: spec, line) else { return .candidates([]) }
    return answer(argument.kind, current, prefix: "", line)
  }

  // MARK: What stands already

  private struct Line {
    var spec: CommandSpec?
    var invocation = Invocation()
    var used: Set<String> = []
    /// An option whose value comes next.
    var pending: OptionSpec?
    var optionsHaveEnded = false
  }

  private func options(_ line: Line) -> [OptionSpec] { (line.spec?.options ?? []) + globals }

  /// Reads what it can, and passes over what it does not understand.
  private func read(_ words: ArraySlice<String>) -> Line {
    var line = Line()
    for word in words {
      if let option = line.pending {
        line.invocation.values[option.name, default: []].append(word)
        line.pending = nil
      } else if word == "--", !line.optionsHaveEnded {
        line.optionsHaveEnded = true
      } else if word.hasPrefix("-"), word.count > 1, !line.optionsHaveEnded {
        note(word, &line)
      } else if line.spec == nil {
        line.spec = commands.first { $0.name == word }
      } else if let group = line.spec, group.leads(to: word), line.invocation.arguments.isEmpty {
        line.spec = group.subcommands.first { $0.word == word } ?? group
      } else {
        line.invocation.arguments.append(word)
      }
    }
    return line
  }

  private func note(_ word: String, _ line: inout Line) {
    let isLong = word.hasPrefix("--")
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = parts[0].drop { $0 == "-" }
    let option = options(line).first {
      isLong ? $0.name == name : $0.short.map { name.hasPrefix(String($0)) } ?? false
    }
    guard let option else { return }
    line.used.insert(option.name)
    guard option.value != nil else { return }
    if parts.count == 2 {
      line.invocation.values[option.name, default: []].append(String(parts[1]))
    } else if !isLong, name.count > 1 {
      line.invocation.values[option.name, default: []].append(String(name.dropFirst()))
    } else {
      line.pending = option
    }
  }

  private func argument(of spec: CommandSpec, _ line: Line) -> ArgumentSpec? {
    let place = line.invocation.arguments.count
    if place < spec.arguments.count { return spec.arguments[place] }
    return spec.arguments.last.flatMap { $0.arity == .any ? $0 : nil }
  }

  // MARK: Answers

  private func answer(_ kind: ValueKind, _ current: String, prefix: String, _ line: Line) -> Answer {
    let candidates: [Candidate]
    switch kind {
    case .text: return .candidates([])
    case .file: return .files
    case .folder: return .folders
    case .choice(let choices): candidates = choices.map { Candidate(value: $0, help: "") }
    case .commands:
      candidates = commands.filter { !$0.isHidden }.map { Candidate(value: $0.name, help: $0.summary) }
    case .topics:
      // Level by level: all keys at once would be hundreds.
      let depth = current.count { $0 == "." }
      candidates = names(kind, line.invocation).filter { $0.value.count { $0 == "." } == depth }
    case .releases, .layers, .nodes, .contexts, .secrets, .secretKeys:
      // Names that stand already are not offered again.
      let taken = line.invocation.arguments
      candidates = names(kind, line.invocation).filter { !taken.contains($0.value) }
    }
    return filtered(candidates, current, prefix: prefix)
  }

  private func filtered(_ candidates: [Candidate], _ current: String, prefix: String = "") -> Answer {
    .candidates(
      candidates.filter { $0.value.hasPrefix(current) }.map { Candidate(value: prefix + $0.value, help: $0.help) })
  }

  /// Puts `--name`, `=` and `value` together again. Says whether that was done to the last word.
  private func joined(_ words: [String]) -> ([String], Bool) {
    var result: [String] = []
    var index = 0
    var isLast = false
    while index < words.count {
      if words[index] == "=", let option = result.last, option.hasPrefix("--") {
        let value = index + 1 < words.count ? words[index + 1] : ""
        result[result.count - 1] = "\(option)=\(value)"
        isLast = index + 2 >= words.count
        index += 2
      } else {
        result.append(words[index])
        index += 1
      }
    }
    return (result, isLast)
  }
}
