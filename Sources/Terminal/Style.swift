/// When to write colours.
public enum ColorChoice: String, Sendable, CaseIterable {
  /// On a terminal that can show them.
  case auto
  case always
  case never

  /// Whether colours are written.
  ///
  /// `--color always|never` wins; then NO_COLOR with any text (https://no-color.org); then CLICOLOR_FORCE other
  /// than 0 (https://bixense.com/clicolors); then a terminal that is not `dumb`.
  public func isColored(onTerminal: Bool, environment: (String) -> String?) -> Bool {
    switch self {
    case .always: return true
    case .never: return false
    case .auto:
      if let value = environment("NO_COLOR"), !value.isEmpty { return false }
      if let value = environment("CLICOLOR_FORCE"), !value.isEmpty, value != "0" { return true }
      return onTerminal && environment("TERM") != "dumb"
    }
  }
}

/// Writes text with colour and weight, or plain.
public struct Style: Sendable, Equatable {
  public var isColored: Bool

  public init(isColored: Bool) { self.isColored = isColored }

  public static let plain = Style(isColored: false)

  /// Colours of the terminal's own palette, so that they fit what the user has chosen.
  public enum Ink: Int, Sendable, CaseIterable {
    case bold = 1
    case dim = 2
    case red = 31
    case green = 32
    case yellow = 33
    case blue = 34
    case magenta = 35
    case cyan = 36
  }

  public func callAsFunction(_ text: String, _ inks: Ink...) -> String {
    guard isColored, !text.isEmpty, !inks.isEmpty else { return text }
    return "\u{1B}[\(inks.map { String($0.rawValue) }.joined(separator: ";"))m\(text)\u{1B}[0m"
  }
}
