/// Diagnostics as text for people: the place, the message, the line with what is meant underlined, the places that
/// matter besides, and the fix.
///
///     cluster.yaml:4:9: error[CR0203]: …
///       4 | domian: example.net
///         | ^^^^^^
///     fix: did you mean 'domain'?
public struct Renderer: Sendable {
  private let lines: [String: [Substring]]
  private let colour: Bool

  /// - Parameters:
  ///   - sources: the text of each file, by the name that spans use; a file that is missing here is named, not shown.
  ///   - colour: whether to add the escape sequences of a terminal.
  public init(sources: [String: String] = [:], colour: Bool = false) {
    lines = sources.mapValues { text in
      // A Character "\r\n" is one line break.
      text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }
    }
    self.colour = colour
  }

  /// Every diagnostic, a blank line between two, and the summary.
  public func render(_ list: DiagnosticList) -> String {
    list.isEmpty ? list.summary + "\n" : list.map { render($0) + "\n" }.joined() + list.summary + "\n"
  }

  /// One diagnostic; ends with a line break.
  public func render(_ diagnostic: Diagnostic) -> String {
    let style: Style =
      switch diagnostic.severity {
      case .error: .error
      case .warning: .warning
      case .note: .note
      }
    let label = paint("\(diagnostic.severity.rawValue)[\(diagnostic.code)]:", style)
    let message = paint(Self.printable(diagnostic.message), .strong)
    var text = place(diagnostic.span) + label + " " + message + "\n"
    if let span = diagnostic.span { text += excerpt(span, style) }
    for related in diagnostic.related {
      text += place(related.span) + paint("note:", .note) + " " + Self.printable(related.message) + "\n"
      text += excerpt(related.span, .note)
    }
    if let fix = diagnostic.fix { text += paint("fix:", .fix) + " " + Self.printable(fix) + "\n" }
    return text
  }

  private func place(_ span: SourceSpan?) -> String {
    span.map { "\(Self.printable($0.file)):\($0.line):\($0.column): " } ?? ""
  }
}

// MARK: Source lines

extension Renderer {
  /// Longer lines are shown in part, around what is meant.
  private static let maximumWidth = 140

  private func excerpt(_ span: SourceSpan, _ style: Style) -> String {
    guard let lines = lines[span.file], lines.indices.contains(span.line - 1) else { return "" }
    let scalars = Array(lines[span.line - 1].unicodeScalars)
    let start = min(span.column - 1, scalars.count)
    let end = min(start + span.length, scalars.count)
    // A window that holds the start of the span, with what comes before it where there is room.
    let long = scalars.count > Self.maximumWidth
    let first = long ? max(0, min(start - 40, scalars.count - Self.maximumWidth)) : 0
    let last = min(scalars.count, first + Self.maximumWidth)
    let before = scalars[first..<max(first, start)]
    let padding = (first > 0 ? " " : "") + before.map { $0 == "\t" ? "\t" : Self.spaces(Self.width($0)) }.joined()
    let underlined = scalars[start..<max(start, min(end, last))]
    let carets = max(1, underlined.reduce(0) { $0 + ($1 == "\t" ? 1 : Self.width($1)) })
    let shown =
      (first > 0 ? "…" : "") + Self.printable(String(String.UnicodeScalarView(scalars[first..<last])))
      + (last < scalars.count ? "…" : "")
    let number = String(span.line)
    let margin = Self.spaces(max(0, 3 - number.count))
    return paint("\(margin)\(number) |", .margin) + (shown.isEmpty ? "" : " " + shown) + "\n"
      + paint("\(margin)\(Self.spaces(number.count)) |", .margin) + " " + padding
      + paint(String(repeating: "^", count: carets), style) + "\n"
  }

  private static func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }

  /// Control characters could rewrite the terminal; they are shown as one replacement character each.
  private static func printable(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      let control = scalar.properties.generalCategory == .control && scalar != "\t"
      result.append(control || isInvisible(scalar) ? "\u{FFFD}" : scalar)
    }
    return String(result)
  }

  /// Marks that turn the direction of writing, and byte order marks.
  private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x202A...0x202E, 0x2066...0x2069, 0xFEFF: true
    default: false
    }
  }

  /// The columns that a terminal gives a character.
  private static func width(_ scalar: Unicode.Scalar) -> Int {
    if isInvisible(scalar) { return 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    switch scalar.value {
    // East Asian wide and full-width characters and emoji (Unicode Standard Annex 11).
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
      0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
      0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }
}

// MARK: Colours

extension Renderer {
  private enum Style: String {
    case error = "1;31"
    case warning = "1;33"
    case note = "1;36"
    case fix = "1;32"
    case strong = "1"
    case margin = "34"
  }

  private func paint(_ text: String, _ style: Style) -> String {
    colour ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }
}
