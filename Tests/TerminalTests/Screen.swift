/// A terminal in memory: enough of ECMA-48 to see what a live region looks like.
struct Screen {
  let columns: Int
  let rows: Int
  private(set) var cells: [[Character]]
  private(set) var scrolledAway: [String] = []
  private(set) var isCursorVisible = true
  private var row = 0
  private var column = 0

  init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
    cells = Array(repeating: Array(repeating: " ", count: columns), count: rows)
  }

  /// The lines without spaces at their ends, and without empty lines at the bottom.
  var lines: [String] {
    var lines = cells.map(Self.text)
    while lines.last == "" { lines.removeLast() }
    return lines
  }

  private static func text(_ cells: [Character]) -> String {
    var text = String(cells)
    while text.last == " " { text.removeLast() }
    return text
  }

  mutating func write(_ text: String) {
    var rest = Substring(text)
    while let character = rest.popFirst() {
      switch character {
      case "\u{1B}": escape(&rest)
      case "\r": column = 0
      case "\n": newLine()
      case "\r\n":
        column = 0
        newLine()
      default:
        if column == columns {
          column = 0
          newLine()
        }
        cells[row][column] = character
        column += 1
      }
    }
  }

  private mutating func newLine() {
    if row < rows - 1 {
      row += 1
    } else {
      scrolledAway.append(Self.text(cells.removeFirst()))
      cells.append(Array(repeating: " ", count: columns))
    }
  }

  private mutating func escape(_ rest: inout Substring) {
    precondition(rest.popFirst() == "[")
    var parameters = ""
    while let character = rest.popFirst() {
      guard character.isLetter else {
        parameters.append(character)
        continue
      }
      switch (character, parameters) {
      case ("A", _): row = max(0, row - (Int(parameters) ?? 1))
      case ("K", ""): for index in min(column, columns)..<columns { cells[row][index] = " " }
      case ("J", ""):
        for index in column..<columns { cells[row][index] = " " }
        for below in (row + 1)..<max(rows, row + 1) { cells[below] = Array(repeating: " ", count: columns) }
      case ("h", "?25"): isCursorVisible = true
      case ("l", "?25"): isCursorVisible = false
      case ("m", _), ("h", "?2026"), ("l", "?2026"): break
      default: preconditionFailure("unknown sequence \(parameters)\(character)")
      }
      return
    }
  }
}
