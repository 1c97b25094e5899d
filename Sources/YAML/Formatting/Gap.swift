/// What stands between two tokens.
struct Gap {
  struct Comment: Equatable {
    /// From the `#` on, without white space at its end.
    var text: String
    /// Characters before it on its line, from 0.
    var column: Int
  }

  enum Line {
    case blank
    case comment(Comment)
  }

  /// Behind the token before, on its line.
  var trailing: Comment?
  /// The whole lines up to the next token's.
  var lines: [Line] = []
  /// Whether the next token starts a line.
  var hasBreak: Bool

  var comments: [Comment] {
    (trailing.map { [$0] } ?? [])
      + lines.compactMap { if case .comment(let comment) = $0 { comment } else { nil } }
  }

  init(_ text: Characters, from start: Int, to end: Int) {
    hasBreak = start == 0
    var index = start
    var comment: Comment?
    while index < end {
      if text[index] == "#" {
        let first = index
        while index < end, !Characters.isBreak(text[index]) { index += 1 }
        comment = Comment(text: text.text(first..<index), column: text.column(of: first))
        continue
      }
      if Characters.isBreak(text[index]) {
        if text[index] == "\r", index + 1 < end, text[index + 1] == "\n" { index += 1 }
        if hasBreak { lines.append(comment.map { .comment($0) } ?? .blank) } else { trailing = comment }
        comment = nil
        hasBreak = true
      }
      index += 1
    }
    // A comment at the end of the file, without a line break.
    if let comment {
      if hasBreak { lines.append(.comment(comment)) } else { trailing = comment }
    }
  }
}
