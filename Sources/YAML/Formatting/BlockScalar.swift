/// A scalar behind `|` or `>`: its header, and its lines without their indentation.
struct BlockScalar {
  /// The sign and its indicators: `|2-`.
  let header: String
  /// The digit that says how much deeper the lines are than the collection around them.
  let indicator: Int?
  /// Behind the header.
  let comment: Gap.Comment?
  /// Blank lines at the end only where they belong to the value.
  private(set) var lines: [String] = []
  /// Where it ends in the text, before the line break.
  private(set) var end: Int
  /// Whether it ends with the file, and a line break there would add to its value.
  private(set) var isOpenEnded = false

  /// - Parameter parent: the column of the collection around it; -1 where there is none.
  init(_ token: Token, in text: Characters, parent: Int) {
    var index = token.start
    while index < token.end, !Characters.isBlank(text[index]), !Characters.isBreak(text[index]) { index += 1 }
    header = text.text(token.start..<index)
    indicator = header.unicodeScalars.compactMap { Unicode.Scalar("1")..."9" ~= $0 ? Int($0.value) - 48 : nil }.first
    var lineEnd = index
    while lineEnd < text.count, !Characters.isBreak(text[lineEnd]) { lineEnd += 1 }
    comment = Gap(text, from: index, to: lineEnd).trailing
    end = lineEnd

    let start = lineEnd + (lineEnd + 1 < text.count && text[lineEnd] == "\r" && text[lineEnd + 1] == "\n" ? 2 : 1)
    guard start < token.end else { return }
    var content = text.lines(start..<token.end)
    let indent = indicator.map { max(0, parent) + $0 } ?? Self.indent(of: content, in: text, parent: parent)
    func rest(_ line: Range<Int>) -> Range<Int> {
      let spaces = line.prefix { text[$0] == " " }.count
      return line.dropFirst(min(spaces, indent))
    }
    if !header.contains("+") {
      while let last = content.last, rest(last).isEmpty { content.removeLast() }
    }
    guard let last = content.last else { return }
    lines = content.map { text.verbatim(rest($0)) }
    end = last.upperBound
    isOpenEnded = end == text.count && !header.contains("-")
  }

  /// As libyaml finds it: the deepest of the blank lines at the start and the first other one.
  private static func indent(of lines: [Range<Int>], in text: Characters, parent: Int) -> Int {
    var deepest = max(1, parent + 1)
    for line in lines {
      let spaces = line.prefix { text[$0] == " " }.count
      deepest = max(deepest, spaces)
      if spaces < line.count { break }
    }
    return deepest
  }
}
