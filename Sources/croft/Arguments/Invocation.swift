/// A command line that was understood.
struct Invocation: Sendable, Equatable {
  /// `nil` where there is none: `croft --help`.
  var command: String?
  var flags: Set<String> = []
  /// By the option's name. Options that are no list hold the last value that was given.
  var values: [String: [String]] = [:]
  var arguments: [String] = []

  func has(_ flag: String) -> Bool { flags.contains(flag) }
  func value(_ option: String) -> String? { values[option]?.last }
  func list(_ option: String) -> [String] { values[option] ?? [] }
}

/// Why a command line was not understood, and what may have been meant.
struct UsageError: Error, Sendable, Equatable {
  var message: String
  /// Where help is: `croft deploy --help`.
  var command: String?
}
