/// Some lines at the bottom of a terminal that are drawn again and again in place.
///
/// A pure value: `update` gives the text to write. It overwrites what changed and clears nothing before, in one
/// piece and inside a synchronized update where the terminal knows that (mode 2026), so nothing flickers. Lines are
/// cut to the width and the region to the height of the screen, so that no line wraps or scrolls out of reach.
public struct LiveRegion: Sendable {
  private var drawn: [String] = []
  private var columns = 0

  public init() {}

  /// The text that brings the region to `lines`, with `above` written over it for good, to scroll away.
  public mutating func update(_ lines: [String], above: [String] = [], size: TerminalSize) -> String {
    // The cursor rests in the line below the last one, so one row stays free for it.
    let fitting = lines.prefix(max(1, size.rows - 1)).map { TextWidth.truncate($0, to: size.columns) }
    if above.isEmpty, columns == size.columns, fitting == drawn { return "" }
    var text = "\u{1B}[?2026h"
    let height = height(at: size)
    if height > 0 { text += "\u{1B}[\(height)A" }
    text += "\r"
    // After a change of width, and under lines that move down, what is there is another line's rest.
    let isSame = above.isEmpty && columns == size.columns
    if !isSame { text += "\u{1B}[J" }
    for line in above { text += line + "\u{1B}[K\r\n" }
    for (index, line) in fitting.enumerated() {
      if isSame, index < drawn.count, drawn[index] == line {
        text += "\n"
      } else {
        text += line + "\u{1B}[K\r\n"
      }
    }
    if isSame, drawn.count > fitting.count { text += "\u{1B}[J" }
    text += "\u{1B}[?2026l"
    drawn = fitting
    columns = size.columns
    return text
  }

  /// Forgets what was drawn: the next update starts at the cursor, below it.
  public mutating func forget() {
    drawn = []
    columns = 0
  }

  /// The rows that the drawn lines take now. A terminal that became narrower has wrapped them.
  private func height(at size: TerminalSize) -> Int {
    guard columns > size.columns else { return drawn.count }
    let rows = drawn.reduce(0) { $0 + max(1, (TextWidth.of($1) + size.columns - 1) / max(1, size.columns)) }
    return min(rows, max(0, size.rows - 1))
  }
}
