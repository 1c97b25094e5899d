/// Writes a branch as SOPS does, so that two programs that take turns on a file change nothing but what was changed.
struct YAMLBranchWriter {
  private(set) var text = ""
  private static let indent = 4

  mutating func document(_ branch: Branch) {
    if branch.items.isEmpty {
      for comment in branch.trailing { text += "#\(comment)\n" }
      text += "{}\n"
    } else {
      mapping(branch, column: 0)
    }
  }

  /// The next level below a column: what stands behind a list's dash counts as two columns.
  private static func below(_ column: Int) -> Int { (column + indent) / indent * indent }

  private static func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }

  /// - Parameter isStarted: the cursor stands where the first key belongs.
  private mutating func mapping(_ branch: Branch, column: Int, isStarted: Bool = false) {
    for (index, item) in branch.items.enumerated() {
      if index > 0 || !isStarted {
        self.comments(item.before, column)
        text += Self.spaces(column)
      }
      key(item.key, column)
      switch item.value {
      case .mapping(let inner) where !inner.items.isEmpty:
        end(item.beside)
        mapping(inner, column: Self.below(column))
      case .list(let inner) where !inner.items.isEmpty:
        end(item.beside)
        list(inner, column: Self.below(column))
      default:
        text += " "
        leaf(item, column)
      }
    }
    self.comments(branch.trailing, column)
  }

  private mutating func list(_ branch: Branch, column: Int, isStarted: Bool = false) {
    for (index, item) in branch.items.enumerated() {
      if index > 0 || !isStarted {
        self.comments(item.before + Self.leading(item.value), column)
        text += Self.spaces(column)
      }
      text += "- "
      switch item.value {
      case .mapping(let inner) where !inner.items.isEmpty: mapping(inner, column: column + 2, isStarted: true)
      case .list(let inner) where !inner.items.isEmpty: list(inner, column: column + 2, isStarted: true)
      default: leaf(item, column)
      }
    }
    self.comments(branch.trailing, column)
  }

  /// Comments before the first item of what begins on a dash's line; they can only stand before the dash.
  private static func leading(_ value: Value) -> [String] {
    guard let first = value.branch?.items.first else { return [] }
    return first.before + (value.mapping == nil ? leading(first.value) : [])
  }

  private mutating func key(_ key: String, _ column: Int) {
    // YAML wants a key's colon on its line.
    text += (YAMLText.plain(key) ?? YAMLText.quoted(key)) + ":"
  }

  private mutating func leaf(_ item: Item, _ column: Int) {
    if case .text(let string) = item.value, let block = YAMLText.block(string, indent: Self.below(column)) {
      text += block.header
      end(item.beside)
      text += block.lines
    } else {
      text += Self.inline(item.value)
      end(item.beside)
      // An empty branch can still have comments inside.
      comments(item.value.branch?.trailing ?? [], column)
    }
  }

  private mutating func end(_ comment: String?) { text += (comment.map { " #" + $0 } ?? "") + "\n" }

  private mutating func comments(_ comments: [String], _ column: Int) {
    for comment in comments { text += Self.spaces(column) + "#\(comment)\n" }
  }

  private static func inline(_ value: Value) -> String {
    switch value {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .int(let value): String(value)
    case .float(let value): Decimals.yaml(value)
    case .text(let value): YAMLText.plain(value) ?? YAMLText.quoted(value)
    case .time(let value): value
    case .bytes(let bytes): "!!binary \(Base64.text(bytes))"
    case .list: "[]"
    case .mapping: "{}"
    }
  }
}

/// How a text is written in YAML.
enum YAMLText {
  /// Without quotes, or in single ones where only the look is against it; `nil` where it must be escaped, or would be
  /// read as something else by YAML 1.2, by 1.1, or by SOPS.
  static func plain(_ text: String) -> String? {
    let scalars = text.unicodeScalars
    guard let first = scalars.first, scalars.allSatisfy({ isPrintable($0) && $0 != "\t" }) else { return nil }
    guard case .text = YAMLScalar.plain(text), !older.contains(text), text != "<<", !isSexagesimal(text) else {
      return nil
    }
    var mustQuote =
      first == " " || scalars.last == " " || scalars.last == ":" || text.hasPrefix("---") || text.hasPrefix("...")
    if ",[]{}#&*!|>'\"%@`".unicodeScalars.contains(first) { mustQuote = true }
    let second = scalars.dropFirst().first ?? " "
    if "-?:".unicodeScalars.contains(first), second == " " { mustQuote = true }
    if text.contains(": ") || text.contains(" #") { mustQuote = true }
    return mustQuote ? "'" + text.replacing("'", with: "''") + "'" : text
  }

  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      default:
        if isPrintable(scalar) {
          result.unicodeScalars.append(scalar)
        } else {
          let digits = String(scalar.value, radix: 16, uppercase: true)
          let (mark, width) = scalar.value <= 0xFF ? ("x", 2) : scalar.value <= 0xFFFF ? ("u", 4) : ("U", 8)
          result += "\\\(mark)" + String(repeating: "0", count: width - digits.count) + digits
        }
      }
    }
    return result + "\""
  }

  /// Text of several lines as a literal block; `nil` where quotes are needed.
  static func block(_ text: String, indent: Int) -> (header: String, lines: String)? {
    guard text.utf8.contains(0x0A), let first = text.unicodeScalars.first, first != " ", first != "\n", first != "\t",
      text.unicodeScalars.allSatisfy({ $0 == "\n" || isPrintable($0) }), !text.contains(" \n"), !text.hasSuffix(" ")
    else { return nil }
    let breaks = text.utf8.reversed().prefix { $0 == 0x0A }.count
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if breaks > 0 { lines.removeLast() }
    let margin = String(repeating: " ", count: indent)
    return (
      breaks == 0 ? "|-" : breaks == 1 ? "|" : "|+",
      lines.map { $0.isEmpty ? "\n" : margin + $0 + "\n" }.joined()
    )
  }

  /// Truth values of YAML 1.1.
  private static let older: Set<String> = [
    "y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "n", "N", "no", "No", "NO", "off", "Off", "OFF",
  ]

  /// A number to the base of 60 of YAML 1.1.
  private static func isSexagesimal(_ text: String) -> Bool {
    text.contains(":") && text.utf8.allSatisfy { "0123456789:.+-_".utf8.contains($0) }
  }

  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x20...0x7E: true
    case 0xFEFF, 0x2028, 0x2029: false
    case 0xA0...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
    default: false
    }
  }
}
