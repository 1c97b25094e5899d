import JSON

/// What a plain scalar means to `kubectl` and `helm`: see ``Dialect/kubernetes``.
enum KubernetesSchema {
  static func plain(_ text: String) -> JSON {
    guard let first = text.utf8.first else { return .null }
    switch first {
    case UInt8(ascii: "~"), UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "y"), UInt8(ascii: "Y"),
      UInt8(ascii: "o"), UInt8(ascii: "O"), UInt8(ascii: "t"), UInt8(ascii: "T"), UInt8(ascii: "f"), UInt8(ascii: "F"):
      if CoreSchema.isNull(text) { return .null }
      return bool(text).map { .bool($0) } ?? .string(text)
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."):
      return number(text) ?? .string(text)
    default: return .string(text)
    }
  }

  static func bool(_ text: String) -> Bool? {
    switch text {
    case "y", "Y", "yes", "Yes", "YES", "on", "On", "ON": true
    case "n", "N", "no", "No", "NO", "off", "Off", "OFF": false
    default: CoreSchema.bool(text)
    }
  }

  static func number(_ text: String) -> JSON? {
    let digits = text.utf8.contains(UInt8(ascii: "_")) ? text.replacing("_", with: "") : text
    if let whole = whole(digits) { return .int(whole) }
    // A number too large for floating point stays a text.
    guard let value = CoreSchema.float(digits), value.isFinite || digits.contains("n") || digits.contains("N") else {
      return nil
    }
    return .double(value)
  }

  /// With a sign, and with 0x, 0o, 0b or a leading 0 for another base than ten.
  private static func whole(_ text: String) -> Int? {
    let sign = text.hasPrefix("-") ? "-" : ""
    let digits = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
    guard let first = digits.utf8.first, CoreSchema.isDigit(first) else { return nil }
    guard first == UInt8(ascii: "0"), digits.utf8.count > 1 else { return Int(sign + digits) }
    let bases = ["x": 16, "o": 8, "b": 2]
    guard let base = bases[digits.dropFirst().prefix(1).lowercased()] else { return Int(sign + digits, radix: 8) }
    let rest = digits.dropFirst(2)
    return rest.first?.isHexDigit == true ? Int(sign + rest, radix: base) : nil
  }

  /// The text of a key.
  static func key(_ scalar: Node.Scalar) -> String {
    guard scalar.style == .plain, scalar.tag == nil else { return scalar.text }
    switch plain(scalar.text) {
    case .bool(let value): return value ? "true" : "false"
    case .int(let value): return String(value)
    case .double(let value):
      let text = String(value)
      return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    default: return scalar.text
    }
  }
}
