/// Why some bytes are not JSON, and where.
public struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
  public var message: String
  /// Bytes from the start.
  public var offset: Int
  public var description: String { "\(message) at byte \(offset)" }
}

extension JSON {
  /// Reads one JSON document. Nesting deeper than `depth` is refused.
  public init(parsing bytes: some Sequence<UInt8>, depth: Int = 512) throws(JSONError) {
    func read(_ buffer: UnsafeBufferPointer<UInt8>) -> Result<JSON, JSONError> {
      var reader = JSONReader(bytes: buffer, maximumDepth: depth)
      do throws(JSONError) { return .success(try reader.document()) } catch { return .failure(error) }
    }
    let result =
      bytes.withContiguousStorageIfAvailable(read) ?? ContiguousArray(bytes).withUnsafeBufferPointer(read)
    self = try result.get()
  }

  public init(parsing text: String, depth: Int = 512) throws(JSONError) {
    try self.init(parsing: text.utf8, depth: depth)
  }
}

struct JSONReader: ~Copyable {
  let bytes: UnsafeBufferPointer<UInt8>
  let maximumDepth: Int
  var index = 0
  var depth = 0
  /// Members and elements of everything that is not closed yet; each array is then made in its exact size.
  var members = Stack<JSONObject.Member>()
  var elements = Stack<JSON>()
  var strings = StringCache()

  init(bytes: UnsafeBufferPointer<UInt8>, maximumDepth: Int) {
    self.bytes = bytes
    self.maximumDepth = maximumDepth
  }

  mutating func document() throws(JSONError) -> JSON {
    let result = try value()
    skipSpace()
    if index < bytes.count { throw fail("text after the end of the document") }
    return result
  }

  func fail(_ message: String) -> JSONError { JSONError(message: message, offset: index) }

  mutating func skipSpace() {
    while index < bytes.count {
      switch bytes[index] {
      case 0x20, 0x0A, 0x0D, 0x09: index += 1
      default: return
      }
    }
  }

  mutating func value() throws(JSONError) -> JSON {
    skipSpace()
    guard index < bytes.count else { throw fail("the document ends where a value should be") }
    switch bytes[index] {
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  mutating func word(_ text: StaticString, _ value: JSON) throws(JSONError) -> JSON {
    let count = text.utf8CodeUnitCount
    guard index + count <= bytes.count else { throw fail("the document ends inside a word") }
    for i in 0..<count where bytes[index + i] != text.utf8Start[i] { throw fail("unknown word") }
    index += count
    return value
  }

  mutating func enter() throws(JSONError) {
    index += 1
    depth += 1
    if depth > maximumDepth { throw fail("nested deeper than \(maximumDepth) levels") }
  }

  mutating func object() throws(JSONError) -> JSON {
    try enter()
    let start = members.count
    skipSpace()
    if index < bytes.count, bytes[index] == UInt8(ascii: "}") {
      index += 1
      depth -= 1
      return .object(JSONObject())
    }
    while true {
      skipSpace()
      guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else { throw fail("expected a member's name") }
      let key = try string()
      skipSpace()
      guard index < bytes.count, bytes[index] == UInt8(ascii: ":") else { throw fail("expected ':'") }
      index += 1
      members.push(.init(key, try value()))
      skipSpace()
      guard index < bytes.count else { throw fail("the document ends inside an object") }
      switch bytes[index] {
      case UInt8(ascii: ","): index += 1
      case UInt8(ascii: "}"):
        index += 1
        depth -= 1
        return .object(JSONObject(members.take(from: start)))
      default: throw fail("expected ',' or '}'")
      }
    }
  }

  mutating func array() throws(JSONError) -> JSON {
    try enter()
    let start = elements.count
    skipSpace()
    if index < bytes.count, bytes[index] == UInt8(ascii: "]") {
      index += 1
      depth -= 1
      return .array([])
    }
    while true {
      elements.push(try value())
      skipSpace()
      guard index < bytes.count else { throw fail("the document ends inside an array") }
      switch bytes[index] {
      case UInt8(ascii: ","): index += 1
      case UInt8(ascii: "]"):
        index += 1
        depth -= 1
        return .array(elements.take(from: start))
      default: throw fail("expected ',' or ']'")
      }
    }
  }

  mutating func number() throws(JSONError) -> JSON {
    let start = index
    if let value = smallNumber() { return .int(value) }
    var whole = true
    scan: while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): index += 1
      case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "+"):
        whole = false
        index += 1
      default: break scan
      }
    }
    let digits = bytes[start..<index].drop { $0 == UInt8(ascii: "-") }
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    let leadingZero = digits.count > 1 && digits.first == UInt8(ascii: "0") && whole
    let startsWithDigit = digits.first.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false
    if startsWithDigit, !leadingZero, bytes[index - 1] != UInt8(ascii: ".") {
      if whole, let value = Int(text) { return .int(value) }
      if let value = Double(text), value.isFinite { return .double(value) }
    }
    index = start
    throw fail("not a JSON value")
  }

  /// The usual case: a whole number of up to 18 digits; else nothing is read.
  mutating func smallNumber() -> Int? {
    var position = index
    let isNegative = bytes[position] == UInt8(ascii: "-")
    if isNegative { position += 1 }
    let start = position
    var value = 0
    while position < bytes.count, bytes[position] &- UInt8(ascii: "0") < 10, position - start < 18 {
      value = value &* 10 &+ Int(bytes[position] &- UInt8(ascii: "0"))
      position += 1
    }
    guard position > start, position < bytes.count, bytes[start] != UInt8(ascii: "0") || position == start + 1 else {
      return nil
    }
    switch bytes[position] {
    case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), 0x20, 0x0A, 0x0D, 0x09:
      index = position
      return isNegative ? -value : value
    default: return nil
    }
  }

  mutating func string() throws(JSONError) -> String {
    index += 1
    let start = index
    // The usual case: no escape, so the bytes are the string.
    var union: UInt8 = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { break }
      if byte < 0x20 { throw fail("control character inside a string") }
      union |= byte
      index += 1
    }
    guard index < bytes.count else { throw fail("the document ends inside a string") }
    if bytes[index] == UInt8(ascii: "\"") {
      defer { index += 1 }
      let text = UnsafeBufferPointer(rebasing: bytes[start..<index])
      return union < 0x80 ? strings.string(text) : try decode(text)
    }
    var text = Array(bytes[start..<index])
    while true {
      guard index < bytes.count else { throw fail("the document ends inside a string") }
      let byte = bytes[index]
      if byte == UInt8(ascii: "\"") {
        defer { index += 1 }
        return try decode(text[...])
      }
      if byte < 0x20 { throw fail("control character inside a string") }
      if byte != UInt8(ascii: "\\") {
        text.append(byte)
        index += 1
        continue
      }
      index += 1
      guard index < bytes.count else { throw fail("the document ends inside a string") }
      let escape = bytes[index]
      index += 1
      switch escape {
      case UInt8(ascii: "n"): text.append(0x0A)
      case UInt8(ascii: "t"): text.append(0x09)
      case UInt8(ascii: "r"): text.append(0x0D)
      case UInt8(ascii: "b"): text.append(0x08)
      case UInt8(ascii: "f"): text.append(0x0C)
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(escape)
      case UInt8(ascii: "u"): text.append(contentsOf: Array(String(try unicode()).utf8))
      default: throw fail("unknown escape")
      }
    }
  }

  func decode(_ slice: some Collection<UInt8>) throws(JSONError) -> String {
    guard let text = String(validating: slice, as: UTF8.self) else { throw fail("a string is not UTF-8") }
    return text
  }

  /// The scalar of a `\u` escape, its surrogate pair included; a lone surrogate reads as U+FFFD.
  mutating func unicode() throws(JSONError) -> Unicode.Scalar {
    let high = try hex()
    if let scalar = Unicode.Scalar(high) { return scalar }
    if high < 0xDC00, index + 6 <= bytes.count, bytes[index] == UInt8(ascii: "\\"),
      bytes[index + 1] == UInt8(ascii: "u")
    {
      let mark = index
      index += 2
      let low = try hex()
      if (0xDC00...0xDFFF).contains(low),
        let scalar = Unicode.Scalar(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
      {
        return scalar
      }
      index = mark
    }
    return "\u{FFFD}"
  }

  mutating func hex() throws(JSONError) -> UInt32 {
    guard index + 4 <= bytes.count,
      let value = UInt32(String(decoding: bytes[index..<index + 4], as: UTF8.self), radix: 16)
    else { throw fail("expected four hexadecimal digits") }
    index += 4
    return value
  }
}
