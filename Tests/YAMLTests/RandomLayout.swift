/// Streams that say something random in a random layout: any indentation, comments in any column, blank lines, block
/// and flow style, scalars over several lines.
struct RandomLayout {
  /// xorshift64*: the same sequence everywhere.
  struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state ^= state >> 12
      state ^= state << 25
      state ^= state >> 27
      return state &* 2_685_821_657_736_338_717
    }
  }

  /// How many comments the stream has; each is one of `c1` … on a line that no other is on.
  private(set) var comments = 0
  private var generator: Generator
  private var text = ""
  private var anchors = 0
  /// Anchors of values that are complete.
  private var known: [Int] = []

  init(seed: UInt64) { generator = Generator(state: seed) }

  /// One stream; once.
  mutating func stream() -> String {
    if chance(4) { noise() }
    if chance(6) { text += "---" + (chance(2) ? comment() : "") + "\n" }
    block(column: chance(8) ? number(1...3) : 0, depth: 0)
    noise()
    if chance(10) { text += "...\n" }
    if chance(6) {
      text += "---\n"
      known = []
      block(column: 0, depth: 1)
    }
    return chance(8) ? text.replacing("\n", with: "\r\n") : text
  }

  private mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
  private mutating func chance(_ one: Int) -> Bool { number(1...one) == 1 }
  private mutating func pick<T>(_ values: [T]) -> T { values[number(0...values.count - 1)] }
  private mutating func spaces(_ range: ClosedRange<Int>) -> String { String(repeating: " ", count: number(range)) }
  private func indent(_ column: Int) -> String { String(repeating: " ", count: column) }

  private mutating func comment() -> String {
    comments += 1
    return spaces(1...5) + "#" + pick([" ", "", " - ", "# "]) + "c\(comments)" + pick(["", " 😀", "  "])
  }

  /// Blank lines and comments in any column.
  private mutating func noise() {
    while chance(3) { text += chance(2) ? spaces(0...6) + "\n" : spaces(0...9) + comment().drop { $0 == " " } + "\n" }
  }

  private mutating func endOfLine() {
    text += (chance(5) ? comment() : chance(6) ? " " : "") + "\n"
    noise()
  }

  private mutating func block(column: Int, depth: Int) {
    if chance(2) || depth == 0 { mapping(column: column, depth: depth) } else { sequence(column: column, depth: depth) }
  }

  /// - Parameter startsInline: whether something of the line stands already.
  private mutating func mapping(column: Int, depth: Int, startsInline: Bool = false) {
    let isNested = depth < 4
    for index in 0..<number(1...4) {
      if !(startsInline && index == 0) { text += indent(column) }
      text += pick(["key\(index)", "\"a b\(index)\"", "'c\(index)'", "é😀\(index)", "-x\(index)"])
      text += spaces(0...1) + ":"
      switch number(1...(isNested ? 7 : 3)) {
      case 4, 5:
        let anchor = anchor()
        endOfLine()
        mapping(column: column + number(1...5), depth: depth + 1)
        known += anchor
      case 6, 7:
        let anchor = anchor()
        endOfLine()
        sequence(column: column + number(0...4), depth: depth + 1)
        known += anchor
      default: value(column: column, depth: depth)
      }
    }
  }

  private mutating func sequence(column: Int, depth: Int, startsInline: Bool = false) {
    for index in 0..<number(1...3) {
      if !(startsInline && index == 0) { text += indent(column) }
      text += "-"
      switch number(1...(depth < 4 ? 6 : 2)) {
      case 3:
        let gap = number(1...4)
        text += indent(gap)
        sequence(column: column + 1 + gap, depth: depth + 1, startsInline: true)
      case 4, 5:
        let gap = number(1...4)
        text += indent(gap)
        mapping(column: column + 1 + gap, depth: depth + 1, startsInline: true)
      case 6:
        let anchor = anchor()
        endOfLine()
        block(column: column + number(1...4), depth: depth + 1)
        known += anchor
      default: value(column: column, depth: depth)
      }
    }
  }

  private mutating func anchor() -> [Int] {
    guard chance(6) else { return [] }
    anchors += 1
    text += spaces(1...2) + "&a\(anchors)"
    return [anchors]
  }

  private mutating func value(column: Int, depth: Int) {
    switch number(1...12) {
    case 1:
      text += spaces(0...2)
      return endOfLine()
    case 2, 3: return blockScalar(column: column)
    case 4:
      text += spaces(1...3)
      flow(column: column, depth: depth)
    case 5:
      endOfLine()
      text += indent(column + number(1...4))
      flow(column: column, depth: depth)
    case 6:
      text += spaces(1...2)
      foldedScalar(column: column)
    case 7 where !known.isEmpty: text += " *a\(pick(known))"
    case 8: text += " !!str  1"
    default: text += spaces(1...3) + pick(["1", "true", "a b#c", "\"x: y\"", "'it''s'"])
    }
    endOfLine()
  }

  private mutating func foldedScalar(column: Int) {
    let quote = pick(["", "\"", "'"])
    text += quote + "first"
    for _ in 0..<number(1...3) {
      if chance(4) { text += spaces(0...4) + "\n" }
      if quote == "\"", chance(4) { text += pick([" \\", "\\ ", "\\n"]) }
      text += spaces(0...2) + "\n" + indent(column + number(1...6)) + pick(["more", "- x", "yet more", "é"])
    }
    text += quote
  }

  private mutating func blockScalar(column: Int) {
    let digit = chance(3) ? number(1...4) : nil
    let depth = digit ?? number(1...5)
    text +=
      " " + pick(["|", ">"]) + (digit.map(String.init) ?? "") + pick(["", "-", "+"]) + (chance(4) ? comment() : "")
    text += "\n"
    for index in 0..<number(0...4) {
      let line = pick(["text", "# no comment", "a: b", "- c  ", "", "", "\tx"])
      let extra = index > 0 || digit != nil ? spaces(0...3) : ""
      text += (line.isEmpty ? spaces(0...depth) : indent(column + depth) + extra + line) + "\n"
    }
    // At the end of a scalar, deeper comments would belong to it.
    if chance(4) { text += indent(column) + "# behind\n" }
  }

  private mutating func flow(column: Int, depth: Int) {
    let isMapping = chance(2)
    text += isMapping ? "{" : "["
    let count = number(0...3)
    for index in 0..<count {
      lineBreakInFlow(column)
      if isMapping { text += pick(["k\(index)", "\"q\(index)\""]) + pick([": ", " : ", ":   "]) }
      if depth < 4, chance(4) {
        flow(column: column, depth: depth + 1)
      } else {
        text += pick(["1", "x y", "'z'", "\"{\"", "[]"])
      }
      lineBreakInFlow(column)
      if index < count - 1 || chance(5) { text += "," }
      text += spaces(0...2)
    }
    lineBreakInFlow(column)
    text += isMapping ? "}" : "]"
  }

  private mutating func lineBreakInFlow(_ column: Int) {
    text += spaces(0...1)
    guard chance(5) else { return }
    text += (chance(3) ? comment() : "") + "\n"
    while chance(4) { text += chance(2) ? "\n" : spaces(0...8) + comment() + "\n" }
    text += indent(column + number(1...9))
  }
}
