extension JSON {
  /// Compact JSON text, members in their own order.
  public var text: String { String(decoding: bytes(), as: UTF8.self) }

  /// Compact JSON with members sorted by name at every level: equal values give equal bytes, for digests.
  public func canonicalBytes() -> [UInt8] { bytes(sorted: true) }

  /// - Parameters:
  ///   - sorted: members by name instead of in their own order.
  ///   - indent: spaces per level; `nil` writes everything on one line.
  public func bytes(sorted: Bool = false, indent: Int? = nil) -> [UInt8] {
    var writer = JSONWriter(sorted: sorted, indent: indent)
    writer.write(self, level: 0)
    return writer.bytes
  }

  /// Two spaces a level, for people.
  public var pretty: String { String(decoding: bytes(indent: 2), as: UTF8.self) }
}

struct JSONWriter {
  let sorted: Bool
  let indent: Int?
  var bytes: [UInt8] = []

  mutating func write(_ value: JSON, level: Int) {
    switch value {
    case .null: bytes.append(contentsOf: "null".utf8)
    case .bool(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
    case .int(let value): bytes.append(contentsOf: String(value).utf8)
    case .double(let value):
      // RFC 8259 has no infinity and no NaN.
      bytes.append(contentsOf: (value.isFinite ? String(value) : "null").utf8)
    case .string(let value): write(value)
    case .array(let elements):
      list("[", "]", count: elements.count, level: level) { writer, index in
        writer.write(elements[index], level: level + 1)
      }
    case .object(let object):
      let members = sorted ? object.members.sorted { $0.key < $1.key } : object.members
      list("{", "}", count: members.count, level: level) { writer, index in
        writer.write(members[index].key)
        writer.bytes.append(UInt8(ascii: ":"))
        if writer.indent != nil { writer.bytes.append(UInt8(ascii: " ")) }
        writer.write(members[index].value, level: level + 1)
      }
    }
  }

  private mutating func list(
    _ open: Unicode.Scalar, _ close: Unicode.Scalar, count: Int, level: Int, element: (inout JSONWriter, Int) -> Void
  ) {
    bytes.append(UInt8(ascii: open))
    for index in 0..<count {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      newline(level + 1)
      element(&self, index)
    }
    if count > 0 { newline(level) }
    bytes.append(UInt8(ascii: close))
  }

  private mutating func newline(_ level: Int) {
    guard let indent else { return }
    bytes.append(0x0A)
    bytes.append(contentsOf: repeatElement(0x20, count: indent * level))
  }

  private mutating func write(_ text: String) {
    var text = text
    text.withUTF8 { write($0) }
  }

  private mutating func write(_ text: UnsafeBufferPointer<UInt8>) {
    bytes.append(UInt8(ascii: "\""))
    // The usual case: nothing to escape.
    let isPlain = text.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    if isPlain {
      bytes.append(contentsOf: text)
      bytes.append(UInt8(ascii: "\""))
      return
    }
    for byte in text {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case 0x0A: bytes.append(contentsOf: "\\n".utf8)
      case 0x0D: bytes.append(contentsOf: "\\r".utf8)
      case 0x09: bytes.append(contentsOf: "\\t".utf8)
      case 0..<0x20:
        let digits = Array("0123456789abcdef".utf8)
        bytes.append(contentsOf: "\\u00".utf8)
        bytes.append(digits[Int(byte >> 4)])
        bytes.append(digits[Int(byte & 15)])
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
