import YAML

/// What a YAML scalar means to SOPS, whose YAML library (go-yaml 3) mixes the rules of YAML 1.2 and 1.1: `yes` is a
/// text, `0644` is octal, `1_000` a number and `2026-01-02` a time. The MAC depends on it.
enum YAMLScalar {
  static func value(_ scalar: Node.Scalar) -> Value {
    switch scalar.tag {
    case "tag:yaml.org,2002:str": .text(scalar.text)
    case "tag:yaml.org,2002:binary":
      Base64.bytes(scalar.text).map { Value($0, kind: .str) ?? .bytes($0) } ?? .text(scalar.text)
    case "tag:yaml.org,2002:float": number(scalar.text).flatMap(float) ?? .text(scalar.text)
    case nil where scalar.style != .plain: .text(scalar.text)
    default: plain(scalar.text)
    }
  }

  private static func float(_ value: Value) -> Value? {
    switch value {
    case .int(let value): .float(Double(value))
    case .float: value
    default: nil
    }
  }

  static func plain(_ text: String) -> Value {
    switch text {
    case "", "~", "null", "Null", "NULL": .null
    case "true", "True", "TRUE": .bool(true)
    case "false", "False", "FALSE": .bool(false)
    default: Timestamp.canonical(text).map { .time($0) } ?? number(text) ?? .text(text)
    }
  }

  /// A number in any of the spellings; `nil` for other text.
  private static func number(_ text: String) -> Value? {
    guard let first = text.utf8.first, "+-.0123456789".utf8.contains(first) else { return nil }
    switch text {
    case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .float(.infinity)
    case "-.inf", "-.Inf", "-.INF": return .float(-.infinity)
    case ".nan", ".NaN", ".NAN": return .float(.nan)
    default: break
    }
    let plain = text.replacing("_", with: "")
    if first != UInt8(ascii: "."), let whole = whole(plain) { return .int(whole) }
    return isDecimal(plain) ? Double(plain).map { .float($0) } : nil
  }

  /// A sign, `0x`, `0o`, `0b` or `0` for the base, digits.
  private static func whole(_ text: String) -> Int? {
    var digits = text[...]
    let sign = digits.hasPrefix("-") ? "-" : ""
    if digits.hasPrefix("-") || digits.hasPrefix("+") { digits = digits.dropFirst() }
    var radix = 10
    let lower = digits.prefix(2).lowercased()
    if let base = ["0x": 16, "0o": 8, "0b": 2][lower] {
      (radix, digits) = (base, digits.dropFirst(2))
    } else if digits.hasPrefix("0"), digits.count > 1 {
      (radix, digits) = (8, digits.dropFirst())
    }
    guard let first = digits.first, first.isHexDigit else { return nil }
    return Int(sign + digits, radix: radix)
  }

  /// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
  private static func isDecimal(_ text: String) -> Bool {
    var rest = text.utf8[...]
    func digits() -> Int {
      let run = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      rest = rest.dropFirst(run.count)
      return run.count
    }
    func sign() { if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() } }
    sign()
    let whole = digits()
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      if digits() == 0, whole == 0 { return false }
    } else if whole == 0 {
      return false
    }
    if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
      rest = rest.dropFirst()
      sign()
      if digits() == 0 { return false }
    }
    return rest.isEmpty
  }
}
