/// Why nothing is known of a machine.
public enum FactsError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A name that cannot stand in a script's answer.
  case unusableName(String)
  /// The answer is not one, or is not complete.
  case answer(String)
  /// A part of the answer does not read as it should.
  case malformed(part: String, line: String)
  case missing(part: String)

  public var description: String {
    switch self {
    case .unusableName(let name):
      "a machine cannot be asked about '\(name.replacing("\n", with: "\\n"))': write a name of one line"
    case .answer(let reason): "the machine's account of itself cannot be used: \(reason); try again"
    case .malformed(let part, let line):
      "the machine's account of itself cannot be used: \u{201C}\(line)\u{201D} is not a line of the part '\(part)'"
    case .missing(let part):
      "the machine's account of itself cannot be used: the part '\(part)' is missing"
    }
  }
}
