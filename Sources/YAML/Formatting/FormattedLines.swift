/// The lines of a formatted stream while they are written.
struct FormattedLines {
  private struct Line {
    /// With its indentation, without a comment behind it.
    var text = ""
    /// Characters of the text.
    var width = 0
    var comment: String?
    /// Where the comment was written before; the same for comments that stand below each other.
    var commentColumn = 0
    /// A comment alone on its line that goes on with the one behind the line above.
    var isContinuation = false
  }

  /// Spaces between a value and a comment behind it.
  private static let commentGap = 2

  private var lines: [Line] = []
  private var wantsBlank = false

  /// Where the next character would stand, from 0.
  var column: Int { lines.last?.width ?? 0 }

  /// One blank line before the next line, wherever it was asked for; none at the start and none at the end.
  mutating func blank() { wantsBlank = !lines.isEmpty }

  mutating func startLine(indent: Int) {
    if wantsBlank { lines.append(Line()) }
    wantsBlank = false
    lines.append(Line())
    append("", spaces: indent)
  }

  /// A line of a scalar, which may be empty.
  mutating func verbatimLine(_ text: String, indent: Int) {
    lines.append(Line())
    if !text.isEmpty { append(text, spaces: indent) }
  }

  mutating func append(_ text: String, spaces: Int) {
    if lines.isEmpty { lines.append(Line()) }
    lines[lines.count - 1].text += String(repeating: " ", count: spaces) + text
    lines[lines.count - 1].width += spaces + text.unicodeScalars.count
  }

  /// A comment behind what the line holds.
  mutating func appendComment(_ comment: Gap.Comment) {
    lines[lines.count - 1].comment = comment.text
    lines[lines.count - 1].commentColumn = comment.column
  }

  /// Adds a comment's line below a comment that stands behind a line, in its column.
  /// - Returns: false where there is none in this column.
  mutating func continueComment(_ comment: Gap.Comment) -> Bool {
    guard !wantsBlank, let last = lines.last, last.comment != nil, last.commentColumn == comment.column else {
      return false
    }
    lines.append(Line(comment: comment.text, commentColumn: comment.column, isContinuation: true))
    return true
  }

  /// - Parameter endsWithBreak: false where the last line's end would add to the value of a block scalar.
  func text(endsWithBreak: Bool) -> String {
    guard !lines.isEmpty else { return "" }
    let columns = commentColumns()
    var text = ""
    for (index, line) in lines.enumerated() {
      text += line.text
      if let comment = line.comment {
        let width = line.isContinuation ? 0 : line.width
        text += String(repeating: " ", count: max(0, columns[index] - width)) + comment
      }
      if endsWithBreak || index < lines.count - 1 { text += "\n" }
    }
    return text
  }

  /// Where the comment of each line goes. Comments behind lines of different lengths that stood in one column were
  /// aligned by hand, and stay in one; any other follows its line.
  private func commentColumns() -> [Int] {
    var groups: [Int: [Int]] = [:]
    for (index, line) in lines.enumerated() where line.comment != nil && !line.isContinuation {
      groups[line.commentColumn, default: []].append(index)
    }
    var columns = [Int](repeating: 0, count: lines.count)
    for (column, members) in groups {
      let widths = members.map { lines[$0].width }
      let nearest = (widths.max() ?? 0) + Self.commentGap
      let isAligned = widths.contains { $0 != widths[0] }
      for index in members { columns[index] = isAligned ? max(column, nearest) : nearest }
    }
    for (index, line) in lines.enumerated() where line.isContinuation { columns[index] = columns[index - 1] }
    return columns
  }
}
