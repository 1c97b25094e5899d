public import JSON

extension JSON {
  /// The value as a YAML document in block style, ending with a line break: what a person would write.
  ///
  /// Reading it gives the value back. Text is quoted wherever YAML 1.2, or YAML 1.1 as other tools read it, would take
  /// it for something else (`no`, `012`, `2024-01-01`); text of several lines becomes a `|` block.
  public var yaml: String { String(decoding: [self].yaml, as: UTF8.self) }
}

extension [JSON] {
  /// The values as YAML documents in UTF-8, with `---` between them.
  public var yaml: [UInt8] {
    var writer = YAMLWriter()
    for (index, value) in enumerated() {
      if index > 0 { writer.write("---\n") }
      writer.document(value)
    }
    return writer.bytes
  }
}

/// Writes bytes: most of what `croft render` does is this.
struct YAMLWriter {
  private(set) var bytes: [UInt8] = []

  init() { bytes.reserveCapacity(2048) }

  mutating func document(_ value: JSON) {
    switch value {
    case .object(let object) where !object.isEmpty: members(object, indent: 0)
    case .array(let elements) where !elements.isEmpty: self.elements(elements, indent: 0)
    default:
      inline(value)
      write("\n")
    }
  }

  /// Members one below the other. The cursor stands where the first key belongs.
  private mutating func members(_ object: JSONObject, indent: Int) {
    var isFirst = true
    for member in object {
      if !isFirst { spaces(indent) }
      isFirst = false
      key(member.key, indent: indent)
      switch member.value {
      case .object(let inner) where !inner.isEmpty:
        write("\n")
        spaces(indent + 2)
        members(inner, indent: indent + 2)
      case .array(let inner) where !inner.isEmpty:
        write("\n")
        spaces(indent)
        elements(inner, indent: indent)
      default:
        write(" ")
        leaf(member.value, indent: indent)
      }
    }
  }

  private mutating func key(_ key: String, indent: Int) {
    // libyaml, like YAML itself, wants a key's ':' within 1024 characters; quoting makes of a byte four at most.
    guard key.utf8.count >= 240 else {
      string(key)
      return write(":")
    }
    let written = Self.isPlain(key) ? key : Self.quoted(key)
    if written.unicodeScalars.count < 1000 {
      write(written + ":")
    } else {
      write("? " + written + "\n")
      spaces(indent)
      write(":")
    }
  }

  private mutating func elements(_ elements: [JSON], indent: Int) {
    var isFirst = true
    for element in elements {
      if !isFirst { spaces(indent) }
      isFirst = false
      write("- ")
      switch element {
      case .object(let inner) where !inner.isEmpty: members(inner, indent: indent + 2)
      case .array(let inner) where !inner.isEmpty: self.elements(inner, indent: indent + 2)
      default: leaf(element, indent: indent)
      }
    }
  }

  private mutating func leaf(_ value: JSON, indent: Int) {
    if case .string(let string) = value, string.utf8.contains(0x0A),
      let block = Self.block(string, indent: indent + 2)
    {
      write(block)
    } else {
      inline(value)
      write("\n")
    }
  }

  private mutating func inline(_ value: JSON) {
    switch value {
    case .null: write("null")
    case .bool(let value): write(value ? "true" : "false")
    case .int(let value): write(String(value))
    case .double(let value): write(Self.number(value))
    case .string(let value): string(value)
    // Only empty ones come here.
    case .array: write("[]")
    case .object: write("{}")
    }
  }

  private mutating func string(_ string: String) { write(Self.isPlain(string) ? string : Self.quoted(string)) }

  mutating func write(_ text: String) {
    if text.utf8.withContiguousStorageIfAvailable({ bytes.append(contentsOf: $0) }) == nil {
      bytes.append(contentsOf: text.utf8)
    }
  }

  private mutating func spaces(_ count: Int) { bytes.append(contentsOf: repeatElement(0x20, count: count)) }
}

// MARK: Scalars

extension YAMLWriter {
  /// Text of several lines as a literal block; `nil` where quotes say it better.
  private static func block(_ string: String, indent: Int) -> String? {
    guard string.unicodeScalars.allSatisfy({ $0 == "\n" || isPlain($0) }),
      let first = string.unicodeScalars.first, first != "\n", first != "\t"
    else { return nil }
    var lines = string.split(separator: "\n", omittingEmptySubsequences: false)
    let ending = lines.reversed().prefix { $0.isEmpty }.count
    // A last line of spaces alone would read as part of the line breaks that end the block.
    guard let last = lines.last(where: { !$0.isEmpty }), last.contains(where: { $0 != " " && $0 != "\t" })
    else { return nil }
    let chomping = ending == 0 ? "-" : ending == 1 ? "" : "+"
    if ending > 0 { lines.removeLast() }
    let spaces = String(repeating: " ", count: indent)
    var block = "|" + (first == " " ? "2" : "") + chomping + "\n"
    for line in lines { block += (line.isEmpty ? "" : spaces) + line + "\n" }
    return block
  }

  private static func number(_ value: Double) -> String {
    if value.isNaN { return ".nan" }
    if value.isInfinite { return value < 0 ? "-.inf" : ".inf" }
    let digits = String(value)
    // YAML 1.1 wants a point in a number with an exponent.
    guard let mark = digits.firstIndex(of: "e"), !digits.contains(".") else { return digits }
    return digits[..<mark] + ".0" + digits[mark...]
  }

  private static func quoted(_ string: String) -> String {
    let scalars = string.unicodeScalars
    if scalars.allSatisfy({ isPlain($0) && $0 != "\t" }), scalars.contains(where: { $0 == "\"" || $0 == "\\" }) {
      return "'" + string.replacing("'", with: "''") + "'"
    }
    var result = "\""
    for scalar in scalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      default:
        if isPlain(scalar) {
          result.unicodeScalars.append(scalar)
        } else if scalar.value <= 0xFF {
          result += "\\x" + hex(scalar.value, 2)
        } else {
          result += scalar.value <= 0xFFFF ? "\\u" + hex(scalar.value, 4) : "\\U" + hex(scalar.value, 8)
        }
      }
    }
    return result + "\""
  }

  /// Whether the character can stand unescaped.
  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x20...0x7E: true
    case 0xFEFF, 0x2028, 0x2029: false
    case 0xA0...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
    default: false
    }
  }

  /// Whether the text can stand without quotes and is read as text by YAML 1.2 and 1.1 alike.
  private static func isPlain(_ string: String) -> Bool {
    if isOrdinary(string) { return true }
    let scalars = string.unicodeScalars
    guard let first = scalars.first, let last = scalars.last, first != " ", last != " ", last != ":" else {
      return false
    }
    if "?:,[]{}#&*!|>'\"%@`=<".unicodeScalars.contains(first) { return false }
    if first == "-", scalars.count == 1 || scalars.dropFirst().first == " " { return false }
    if string.hasPrefix("---") || string.hasPrefix("...") { return false }
    var previous: Unicode.Scalar = "a"
    for scalar in scalars {
      guard isPlain(scalar), scalar != "\t", !(previous == ":" && scalar == " "), !(previous == " " && scalar == "#")
      else { return false }
      previous = scalar
    }
    return CoreSchema.plain(string) == .string(string) && KubernetesSchema.plain(string) == .string(string)
      && !isSpecialInOlderYAML(string)
  }

  /// Most text and every usual key: it begins as a word or a path, so that it is no number, and nothing in it has a
  /// meaning of its own. Told fast.
  private static func isOrdinary(_ string: String) -> Bool {
    let isOrdinary = string.utf8.withContiguousStorageIfAvailable { bytes in
      guard let first = bytes.first, isLetter(first) || first == 0x2F else { return false }
      var previous = first
      for byte in bytes {
        // ': ' begins a value, ' #' a comment.
        if !(0x20...0x7E).contains(byte) || byte == 0x20 && previous == 0x3A || byte == 0x23 && previous == 0x20 {
          return false
        }
        previous = byte
      }
      return previous != 0x20 && previous != 0x3A
    }
    return isOrdinary == true && (string.utf8.count > 5 || !words.contains(string.lowercased()))
  }

  /// What YAML 1.1 and 1.2 take for something else than text.
  private static let words: Set<String> = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"]

  private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

  /// Numbers and dates of https://yaml.org/type/ that YAML 1.2 and Kubernetes take for text.
  private static func isSpecialInOlderYAML(_ string: String) -> Bool {
    guard let first = string.utf8.first, CoreSchema.isDigit(first) || first == 0x2B || first == 0x2D else {
      return false
    }
    return isDate(string) || isSexagesimal(CoreSchema.isDigit(first) ? string[...] : string.dropFirst())
  }

  private static func isDate(_ string: String) -> Bool {
    let parts = string.prefix(10).split(separator: "-", omittingEmptySubsequences: false)
    return parts.count == 3 && parts[0].utf8.count == 4
      && parts.allSatisfy { !$0.isEmpty && $0.utf8.first.map(CoreSchema.isDigit) == true }
  }

  private static func isSexagesimal(_ string: Substring) -> Bool {
    string.contains(":") && string.utf8.allSatisfy { CoreSchema.isDigit($0) || $0 == 0x3A || $0 == 0x2E }
  }
}
