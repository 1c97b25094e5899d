/// Where the comments between two tokens go that have a line of their own.
///
/// A comment belongs to what stands in its column: the next line, or one of the collections that are open. Deeper ones
/// belong to the innermost collection, and keep their distances from each other.
struct CommentPlacement {
  /// A column before and after formatting.
  struct Stop {
    var original: Int
    var column: Int
  }

  private let next: Stop?
  private let limit: Int
  /// From the outermost on.
  private let stops: [Stop]
  /// Whether the next line is deeper than all that is open.
  private let opensLevel: Bool
  /// The comment that deeper ones below it are measured from.
  private var anchor: Stop?

  /// - Parameters:
  ///   - levels: what was open behind the token before.
  ///   - next: the next line with a token, `nil` at the end of the stream.
  ///   - limit: the last column that a comment may have.
  init(levels: [Level], next: Stop?, limit: Int) {
    self.next = next
    self.limit = limit
    let open = levels.compactMap { level in level.column.map { Stop(original: level.original, column: $0) } }
    let deeper = next.flatMap { $0.original > open.last?.original ?? -1 ? $0 : nil }
    stops = open + (deeper.map { [$0] } ?? [])
    opensLevel = deeper != nil
  }

  mutating func column(of comment: Gap.Comment) -> Int {
    let column = comment.column
    let same = stops.filter { $0.original == column }
    // A key and the list below it can share a column.
    if same.count > 1, isElement(comment) { return anchor(column, at: same[same.count - 1].column) }
    if let next, next.original == column { return anchor(column, at: next.column) }
    if let stop = same.first { return anchor(column, at: stop.column) }
    if let deeper = stops.first(where: { $0.original > column }) { return anchor(column, at: deeper.column) }
    let deepest = stops.last
    if let anchor, column > anchor.original, anchor.original >= deepest?.original ?? -1,
      anchor.column >= deepest?.column ?? -1
    {
      return min(anchor.column + column - anchor.original, limit)
    }
    guard let deepest else { return anchor(column, at: 0) }
    return anchor(column, at: opensLevel ? deepest.column : deepest.column + Layout.indent)
  }

  private mutating func anchor(_ original: Int, at column: Int) -> Int {
    anchor = Stop(original: original, column: min(column, limit))
    return min(column, limit)
  }

  /// Whether it looks like an element of a list that was taken out.
  private func isElement(_ comment: Gap.Comment) -> Bool {
    let text = comment.text.drop { $0 == "#" }.drop { $0 == " " }
    return text == "-" || text.hasPrefix("- ")
  }
}
