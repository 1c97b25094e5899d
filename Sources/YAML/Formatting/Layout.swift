/// Writes the tokens of a stream again: the same characters, in other columns.
struct Layout {
  /// Spaces of one level.
  static let indent = 2

  private let text: Characters
  private var lines = FormattedLines()
  /// Every comment, in order.
  private(set) var comments: [String] = []
  private var levels: [Level] = []
  /// The levels that were open behind the last token.
  private var levelsBefore: [Level] = []
  private var previous: Token?
  /// Where what is written already ends in the text.
  private var end = 0
  /// The next token starts a key.
  private var isKey = false
  /// The indentation of a value that started on a line of its own.
  private var valueIndent: Int?
  /// Where the lines inside brackets and braces are counted from.
  private var flowBase = 0
  /// Whether what was written last is a block scalar whose value would change with a line break at the end of the file.
  private var isOpenEnded = false

  init(_ text: Characters) { self.text = text }

  /// The whole stream.
  mutating func format(_ tokens: [Token]) -> String {
    for token in tokens {
      switch token.kind {
      case .mappingStart: open(.mapping, at: token)
      case .sequenceStart: open(.sequence, at: token)
      case .blockEnd:
        closeUnindentedSequence()
        levels.removeLast()
      case .key where token.isEmpty:
        guard !isInFlow else { continue }
        closeUnindentedSequence()
        isKey = true
      default: write(token)
      }
    }
    return lines.text(endsWithBreak: !isOpenEnded)
  }

  private mutating func open(_ kind: Level.Kind, at token: Token) {
    levels.append(Level(kind: kind, original: text.column(of: token.start), column: nil))
  }

  private mutating func closeUnindentedSequence() {
    if levels.last?.kind == .unindentedSequence { levels.removeLast() }
  }

  private var isInFlow: Bool { levels.last?.kind == .flow }

  /// Where a value on a line of its own starts; what follows the first line of a scalar stands there too.
  private var valueColumn: Int {
    if isInFlow { return flowBase + Self.indent * levels.count { $0.kind == .flow } }
    return levels.last(where: { $0.column != nil })?.column.map { $0 + Self.indent } ?? 0
  }
}

// MARK: Tokens

extension Layout {
  private mutating func write(_ token: Token) {
    if token.kind == .entry, levels.last?.kind == .mapping {
      open(.unindentedSequence, at: token)
    } else if token.kind == .key || token.kind == .value {
      closeUnindentedSequence()
    }
    let gap = Gap(text, from: end, to: token.kind == .streamEnd ? text.count : token.start)
    comments += gap.comments.map(\.text)
    let indent = gap.hasBreak ? indentation(of: token) : 0
    write(gap, before: token, indent: indent)
    guard token.kind != .streamEnd else {
      isOpenEnded = isOpenEnded && !gap.hasBreak
      return
    }

    let spaces = previous.map { Self.spaces(between: $0.kind, and: token.kind) } ?? 0
    if gap.hasBreak {
      lines.startLine(indent: indent)
      valueIndent = isMember(token) ? nil : indent
    } else if [.key, .value, .entry].contains(token.kind) || isKey {
      valueIndent = nil
    }
    if let last = levels.last, last.column == nil {
      levels[levels.count - 1].column = gap.hasBreak ? indent : lines.column + spaces
    }
    isKey = false
    writeText(of: token, spaces: gap.hasBreak ? 0 : spaces)

    switch token.kind {
    case .flowStart:
      if !isInFlow { flowBase = valueIndent ?? inlineBase }
      levels.append(Level(kind: .flow, original: 0, column: 0))
    case .flowEnd: levels.removeLast()
    case .documentStart, .documentEnd, .directive: levels = []
    default: break
    }
    levelsBefore = levels
    previous = token
  }

  /// Whether the token belongs to a collection itself and not to a value in it.
  private func isMember(_ token: Token) -> Bool {
    isKey || [.entry, .key, .value, .documentStart, .documentEnd, .directive].contains(token.kind)
  }

  /// The indentation of a line that this token starts.
  private func indentation(of token: Token) -> Int {
    switch token.kind {
    case .directive, .documentStart, .documentEnd, .streamEnd: return 0
    case .flowEnd: return valueColumn - Self.indent
    default: break
    }
    if isInFlow { return valueColumn }
    if levels.isEmpty, isMarker(token) { return Self.indent }
    return isMember(token) ? levels.last?.column ?? valueColumn : valueColumn
  }

  /// Whether the token would be a document marker if it started a line.
  private func isMarker(_ token: Token) -> Bool {
    token.kind == .plain && token.end - token.start >= 3
      && ["---", "..."].contains(text.text(token.start..<token.start + 3))
  }

  /// Where brackets are counted from that open behind a key or a dash.
  private var inlineBase: Int {
    guard let last = levels.last, let column = last.column else { return 0 }
    return last.kind == .mapping ? column : column + Self.indent
  }

  /// The spaces between two tokens of one line. A ':' keeps one behind it, and one before it where it could be read as
  /// part of a name.
  private static func spaces(between first: Token.Kind, and second: Token.Kind) -> Int {
    switch (first, second) {
    case (.flowStart, _): 0
    case (.value, _), (.key, _), (.entry, _), (.documentStart, _): 1
    case (.alias, .value), (.anchor, .value), (.tag, _), (.comma, .value): 1
    case (_, .flowEnd), (_, .comma), (_, .value): 0
    default: 1
    }
  }
}

// MARK: Between tokens

extension Layout {
  private mutating func write(_ gap: Gap, before token: Token, indent: Int) {
    if let comment = gap.trailing { lines.appendComment(comment) }
    let next =
      token.kind == .streamEnd
      ? nil : CommentPlacement.Stop(original: text.column(of: token.start), column: indent)
    // Any further to the right, a comment behind a block scalar would be a part of it.
    let limit = previous?.kind == .block ? levelsBefore.last?.column ?? 0 : Int.max
    var placement = CommentPlacement(levels: levelsBefore, next: next, limit: limit)
    for line in gap.lines {
      switch line {
      case .blank: lines.blank()
      case .comment(let comment):
        if next?.original != comment.column, lines.continueComment(comment) { continue }
        lines.startLine(indent: isInFlow ? valueColumn : placement.column(of: comment))
        lines.append(comment.text, spaces: 0)
      }
    }
  }
}

// MARK: Text

extension Layout {
  private mutating func writeText(of token: Token, spaces: Int) {
    isOpenEnded = false
    end = token.end
    if token.kind == .block { return writeBlock(token, spaces: spaces) }
    let parts = text.lines(token.start..<token.end)
    lines.append(text.folded(parts[0], isFirst: true), spaces: spaces)
    let indent = levels.isEmpty ? Self.indent : valueColumn
    for part in parts.dropFirst() { lines.verbatimLine(text.folded(part, isFirst: false), indent: indent) }
  }

  private mutating func writeBlock(_ token: Token, spaces: Int) {
    let parent = levels.last
    let scalar = BlockScalar(token, in: text, parent: parent?.original ?? -1)
    lines.append(scalar.header, spaces: spaces)
    if let comment = scalar.comment {
      lines.appendComment(comment)
      comments.append(comment.text)
    }
    let indent = scalar.indicator.map { max(0, parent?.column ?? 0) + $0 } ?? parent?.column.map { $0 + Self.indent }
    for line in scalar.lines { lines.verbatimLine(line, indent: indent ?? Self.indent) }
    end = scalar.end
    isOpenEnded = scalar.isOpenEnded
  }
}

extension Characters {
  /// One line of a plain or quoted scalar without what folding takes away.
  fileprivate func folded(_ line: Range<Int>, isFirst: Bool) -> String {
    var start = line.lowerBound
    while !isFirst, start < line.upperBound, Self.isBlank(self[start]) { start += 1 }
    let trimmed = text(start..<line.upperBound)
    // White space behind a backslash may be escaped.
    return trimmed.hasSuffix("\\") ? verbatim(start..<line.upperBound) : trimmed
  }
}
