import Diagnostics

/// The bytes of a stream, proved to be printable UTF-8, and where its lines are.
///
/// libyaml counts U+0085, U+2028 and U+2029 as line breaks, as YAML 1.1 did; editors and YAML 1.2 do not. So places
/// are worked out here from the index of a character in the stream.
struct SourceText {
  struct Line {
    /// Characters before it in the stream.
    var start: Int
    /// Characters without the line break.
    var length: Int
    /// Bytes before it.
    var byte: Int
  }

  let file: String
  /// Without a byte order mark.
  let content: [UInt8]
  private(set) var lines: [Line] = []

  init(_ bytes: some Collection<UInt8>, file: String, limits: Limits) throws(YAMLError) {
    self.file = file
    guard bytes.count <= limits.bytes else {
      throw YAMLError(
        "CR0109", "the file has \(bytes.count) bytes; at most \(limits.bytes) are read",
        at: SourceSpan(file: file, line: 1, column: 1), fix: "split it into smaller files")
    }
    var content = Array(bytes)
    if content.starts(with: [0xEF, 0xBB, 0xBF]) { content.removeFirst(3) }
    if Self.isUTF16(content) {
      throw YAMLError(
        "CR0103", "the file is UTF-16 or UTF-32, not UTF-8", at: SourceSpan(file: file, line: 1, column: 1),
        fix: "save it as UTF-8, for example: iconv -f UTF-16 -t UTF-8 \(file)")
    }
    self.content = content
    try scan()
  }

  private static func isUTF16(_ bytes: [UInt8]) -> Bool {
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) { return true }
    return bytes.count >= 2 && (bytes[0] == 0) != (bytes[1] == 0)
      || bytes.count >= 4 && bytes[0...2].allSatisfy { $0 == 0 } && bytes[3] != 0
  }

  private mutating func scan() throws(YAMLError) {
    var index = 0
    var character = 0
    var line = Line(start: 0, length: 0, byte: 0)
    while index < content.count {
      let byte = content[index]
      switch byte {
      case 0x20..<0x7F, 0x09:
        index += 1
        character += 1
      case 0x0A, 0x0D:
        line.length = character - line.start
        lines.append(line)
        let pair = byte == 0x0D && index + 1 < content.count && content[index + 1] == 0x0A
        index += pair ? 2 : 1
        character += pair ? 2 : 1
        line = Line(start: character, length: 0, byte: index)
      default:
        guard let (scalar, width) = Self.decode(content, at: index) else {
          throw YAMLError(
            "CR0103", "the byte 0x\(hex(UInt32(byte), 2)) is not UTF-8", at: span(character, in: line),
            fix: "save the file as UTF-8, for example: iconv -f WINDOWS-1252 -t UTF-8 \(file)")
        }
        guard Self.isPrintable(scalar) else {
          let shown = "U+" + hex(scalar, 4)
          throw YAMLError(
            "CR0104",
            scalar == 0xFEFF
              ? "there is a byte order mark (\(shown)) inside the file" : "there is a control character (\(shown))",
            at: span(character, in: line),
            fix: "delete it, or write it as an escape in double quotes: \"\\\(scalar > 0xFF ? "u" : "x")"
              + hex(scalar, scalar > 0xFF ? 4 : 2) + "\"")
        }
        index += width
        character += 1
      }
    }
    line.length = character - line.start
    lines.append(line)
  }

  private func span(_ character: Int, in line: Line) -> SourceSpan {
    SourceSpan(file: file, line: lines.count + 1, column: character - line.start + 1)
  }

  /// The scalar that starts at `index` and its bytes; `nil` where the bytes are not UTF-8 (RFC 3629).
  private static func decode(_ bytes: [UInt8], at index: Int) -> (UInt32, Int)? {
    let first = bytes[index]
    let width: Int
    var scalar: UInt32
    switch first {
    case 0..<0x80: return (UInt32(first), 1)
    case 0xC2...0xDF: (width, scalar) = (2, UInt32(first & 0x1F))
    case 0xE0...0xEF: (width, scalar) = (3, UInt32(first & 0x0F))
    case 0xF0...0xF4: (width, scalar) = (4, UInt32(first & 0x07))
    default: return nil
    }
    guard index + width <= bytes.count else { return nil }
    for byte in bytes[index + 1..<index + width] {
      guard byte & 0xC0 == 0x80 else { return nil }
      scalar = scalar << 6 | UInt32(byte & 0x3F)
    }
    let smallest: UInt32 = width == 2 ? 0x80 : width == 3 ? 0x800 : 0x10000
    guard scalar >= smallest, Unicode.Scalar(scalar) != nil else { return nil }
    return (scalar, width)
  }

  /// YAML 1.2.2, rule 1 (c-printable), without the byte order mark.
  private static func isPrintable(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0x85, 0xA0...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: scalar != 0xFEFF
    default: false
    }
  }
}

extension SourceText {
  /// The place from one character of the stream to another, cut at the end of its first line.
  func span(from start: Int, to end: Int) -> SourceSpan {
    let index = lineIndex(of: start)
    let line = lines[index]
    let column = start - line.start
    let last = max(line.length, column + 1)
    return SourceSpan(file: file, line: index + 1, column: column + 1, length: min(end - line.start, last) - column)
  }

  /// Whether nothing but white space follows the character.
  func isEnd(_ character: Int) -> Bool {
    let index = lineIndex(of: character)
    let rest = text(ofLine: index + 1).unicodeScalars.dropFirst(character - lines[index].start)
    return rest.allSatisfy { $0 == " " } && lines[(index + 1)...].allSatisfy { $0.length == 0 }
  }

  private func lineIndex(of character: Int) -> Int {
    var low = 0
    var high = lines.count - 1
    while low < high {
      let middle = (low + high + 1) / 2
      if lines[middle].start <= character { low = middle } else { high = middle - 1 }
    }
    return low
  }

  /// The text of a line, counted from 1, without its line break.
  func text(ofLine number: Int) -> String {
    guard lines.indices.contains(number - 1) else { return "" }
    let start = lines[number - 1].byte
    let end = content[start...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? content.endIndex
    return String(decoding: content[start..<end], as: UTF8.self)
  }
}

/// Upper-case hexadecimal digits, at least `width` of them.
func hex(_ value: UInt32, _ width: Int) -> String {
  let digits = String(value, radix: 16, uppercase: true)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
