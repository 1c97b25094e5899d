/// How many cells text takes on a terminal.
public enum TextWidth {
  /// Cells of one line. Escape sequences take none, wide characters two.
  public static func of(_ text: String) -> Int {
    var width = 0
    for piece in pieces(text) { width += piece.width }
    return width
  }

  /// The text cut to at most `width` cells, with an ellipsis where something was left out.
  /// Styles that were begun are ended.
  public static func truncate(_ text: String, to width: Int, ellipsis: String = "…") -> String {
    guard width > 0 else { return "" }
    // Plain ASCII, the usual case, needs no look at each character.
    if text.utf8.count <= width { return text }
    let mark = of(ellipsis) <= width ? ellipsis : ""
    let room = width - of(mark)
    var used = 0
    var result = ""
    var fitting = ""
    var isStyled = false
    for piece in pieces(text) {
      used += piece.width
      if used > width {
        return fitting + (isStyled ? "\u{1B}[0m" : "") + mark
      }
      result += piece.text
      if piece.width == 0, piece.text.hasPrefix("\u{1B}[") { isStyled = !piece.text.hasSuffix("[0m") }
      if used <= room { fitting = result }
    }
    return text
  }

  /// The text and spaces up to `width` cells.
  public static func pad(_ text: String, to width: Int, atStart: Bool = false) -> String {
    let spaces = String(repeating: " ", count: max(0, width - of(text)))
    return atStart ? spaces + text : text + spaces
  }

  /// The text in lines of at most `width` cells, broken at spaces where it has some.
  public static func wrap(_ text: String, to width: Int) -> [String] {
    var lines: [String] = []
    for paragraph in text.split(separator: "\n", omittingEmptySubsequences: false) {
      var line = ""
      for word in paragraph.split(separator: " ") {
        if line.isEmpty {
          line = String(word)
        } else if of(line) + 1 + of(String(word)) <= width {
          line += " " + word
        } else {
          lines.append(line)
          line = String(word)
        }
      }
      lines.append(line)
    }
    return lines
  }

  private struct Piece {
    var text: Substring
    var width: Int
  }

  /// Characters and whole escape sequences, in order.
  private static func pieces(_ text: String) -> [Piece] {
    var pieces: [Piece] = []
    var index = text.startIndex
    while index < text.endIndex {
      let start = index
      if text[index] == "\u{1B}" {
        index = endOfEscape(in: text, from: index)
        pieces.append(Piece(text: text[start..<index], width: 0))
      } else {
        index = text.index(after: index)
        pieces.append(Piece(text: text[start..<index], width: width(text[start])))
      }
    }
    return pieces
  }

  /// Control sequences (ECMA-48, 5.4) end with a letter or one of `@[\]^_{|}~`; other escapes take one character.
  private static func endOfEscape(in text: String, from start: String.Index) -> String.Index {
    var index = text.index(after: start)
    guard index < text.endIndex, text[index] == "[" else {
      return index < text.endIndex ? text.index(after: index) : index
    }
    index = text.index(after: index)
    while index < text.endIndex {
      let character = text[index]
      index = text.index(after: index)
      if let byte = character.asciiValue, (0x40...0x7E).contains(byte) { break }
    }
    return index
  }

  static func width(_ character: Character) -> Int {
    if let ascii = character.asciiValue { return ascii < 0x20 || ascii == 0x7F ? 0 : 1 }
    let scalars = character.unicodeScalars
    // An emoji is wide as such, or because the variation selector asks for its picture.
    if scalars.contains(where: { $0.value == 0xFE0F }) { return 2 }
    return scalars.map(width).max() ?? 0
  }

  private static func width(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.properties.generalCategory {
    case .control, .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    if scalar.properties.isEmojiPresentation { return 2 }
    return wide.contains { $0.contains(scalar.value) } ? 2 : 1
  }

  /// Blocks whose characters are wide or full-width (Unicode 16, EastAsianWidth.txt).
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
    0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF00...0xFF60,
    0xFFE0...0xFFE6, 0x16FE0...0x18AFF, 0x1B000...0x1B2FF, 0x20000...0x3FFFD,
  ]
}
