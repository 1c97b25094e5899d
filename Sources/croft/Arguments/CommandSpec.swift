/// What a command is called, takes and does: the one source of its parsing, help and completion.
struct CommandSpec: Sendable {
  /// As it is typed: one word, or two for a command of a group (`secrets set`).
  var name: String
  /// One line without a full stop, for the list of commands.
  var summary: String
  /// More, in paragraphs.
  var discussion: String
  var arguments: [ArgumentSpec] = []
  var options: [OptionSpec] = []
  var examples: [Example] = []
  /// The commands of a group: the next word names one of them.
  var subcommands: [CommandSpec] = []
  /// Of a group: whether it does something without one of its commands.
  var worksAlone = false
  /// Left out of the list of commands and of completion.
  var isHidden = false

  /// The word that names it in its group.
  var word: String { name.split(separator: " ").last.map(String.init) ?? name }

  /// It and the commands of its group.
  var all: [CommandSpec] { [self] + subcommands }

  /// Whether the next word has to name one of its commands: in a group that takes arguments itself, one may be such.
  func leads(to word: String) -> Bool {
    if subcommands.isEmpty { return false }
    return !worksAlone || arguments.isEmpty || subcommands.contains { $0.word == word }
  }

  struct Example: Sendable {
    /// As it is typed.
    var line: String
    var meaning: String
    init(_ line: String, _ meaning: String) {
      self.line = line
      self.meaning = meaning
    }
  }
}

/// Something that stands in the command line by its place.
struct ArgumentSpec: Sendable {
  enum Arity: Sendable { case one, optional, any }
  /// `RELEASE`
  var label: String
  var kind: ValueKind
  var arity: Arity
  var help: String
}

/// Something that stands in the command line by its name.
struct OptionSpec: Sendable {
  /// Without dashes.
  var name: String
  var short: Character?
  /// `nil`: a flag.
  var value: Value?
  var help: String

  struct Value: Sendable {
    /// `LAYER`
    var label: String
    var kind: ValueKind
    /// May be given more than once, or hold several with commas between them.
    var isList = false
  }

  static func flag(_ name: String, _ short: Character? = nil, _ help: String) -> OptionSpec {
    OptionSpec(name: name, short: short, value: nil, help: help)
  }

  static func value(
    _ name: String, _ short: Character? = nil, _ label: String, _ kind: ValueKind, _ help: String
  ) -> OptionSpec {
    OptionSpec(name: name, short: short, value: Value(label: label, kind: kind), help: help)
  }

  static func list(
    _ name: String, _ short: Character? = nil, _ label: String, _ kind: ValueKind, _ help: String
  ) -> OptionSpec {
    OptionSpec(name: name, short: short, value: Value(label: label, kind: kind, isList: true), help: help)
  }
}

/// What a value can be: checked where it is known, offered by completion.
enum ValueKind: Sendable, Equatable {
  case text
  case file
  case folder
  case choice([String])
  /// Names in the cluster file.
  case releases
  case layers
  case nodes
  /// Contexts of the kubeconfig.
  case contexts
  /// What can be explained: diagnostic codes, and keys of the cluster file with dots between them.
  case topics
  case commands
  /// Names of secret files.
  case secrets
  /// Keys of the secret that is named before.
  case secretKeys
}
