public import JSON

/// The core schema of YAML 1.2.2 (section 10.3): what a plain scalar means.
enum CoreSchema {
  static let prefix = "tag:yaml.org,2002:"

  static func resolve(_ scalar: Node.Scalar, _ dialect: Dialect = .core) -> JSON {
    if let tag = scalar.tag {
      // The tag fits: the composer refuses one that does not.
      switch tag.dropFirst(prefix.count) {
      case "null": return .null
      case "bool": return bool(scalar.text).map { .bool($0) } ?? .string(scalar.text)
      case "int": return int(scalar.text) ?? .string(scalar.text)
      case "float": return number(scalar.text).flatMap(\.double).map { .double($0) } ?? .string(scalar.text)
      case "binary": return .string(Base64.text(scalar.text) ?? scalar.text)
      default: return .string(scalar.text)
      }
    }
    guard scalar.style == .plain else { return .string(scalar.text) }
    return dialect == .core ? plain(scalar.text) : KubernetesSchema.plain(scalar.text)
  }

  static func plain(_ text: String) -> JSON {
    guard let first = text.utf8.first else { return .null }
    switch first {
    case UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "~"):
      return isNull(text) ? .null : .string(text)
    case UInt8(ascii: "t"), UInt8(ascii: "T"), UInt8(ascii: "f"), UInt8(ascii: "F"):
      return bool(text).map { .bool($0) } ?? .string(text)
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."):
      return number(text) ?? .string(text)
    default: return .string(text)
    }
  }

  static func isNull(_ text: String) -> Bool { ["", "~", "null", "Null", "NULL"].contains(text) }

  static func bool(_ text: String) -> Bool? {
    switch text {
    case "true", "True", "TRUE": true
    case "false", "False", "FALSE": false
    default: nil
    }
  }

  static func number(_ text: String) -> JSON? { int(text) ?? float(text).map { .double($0) } }

  /// `[-+]?[0-9]+`, `0o[0-7]+`, `0x[0-9a-fA-F]+`; one that does not fit 64 bits becomes a floating-point number.
  static func int(_ text: String) -> JSON? {
    for (mark, radix) in [("0o", 8), ("0x", 16)] where text.hasPrefix(mark) {
      let digits = text.dropFirst(2)
      // Int(_:radix:) takes a sign, which the schema does not allow here.
      guard let first = digits.utf8.first, first != UInt8(ascii: "-"), first != UInt8(ascii: "+") else { return nil }
      if let value = Int(digits, radix: radix) { return .int(value) }
      guard digits.allSatisfy({ ($0.hexDigitValue ?? 16) < radix }) else { return nil }
      return .double(digits.reduce(0) { $0 * Double(radix) + Double($1.hexDigitValue ?? 0) })
    }
    let bytes = text.utf8
    let sign = bytes.first == UInt8(ascii: "-") || bytes.first == UInt8(ascii: "+")
    let digits = bytes.dropFirst(sign ? 1 : 0)
    guard !digits.isEmpty, digits.allSatisfy(isDigit) else { return nil }
    return Int(text).map { .int($0) } ?? Double(text).map { .double($0) }
  }

  /// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, `[-+]?\.(inf|Inf|INF)`, `\.(nan|NaN|NAN)`.
  static func float(_ text: String) -> Double? {
    var rest = text.utf8[...]
    var negative = false
    if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      negative = sign == UInt8(ascii: "-")
      rest = rest.dropFirst()
    }
    let body = Substring(rest)
    if [".inf", ".Inf", ".INF"].contains(body) { return negative ? -.infinity : .infinity }
    if [".nan", ".NaN", ".NAN"].contains(text) { return .nan }
    let whole = rest.prefix(while: isDigit)
    rest = rest.dropFirst(whole.count)
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      let fraction = rest.prefix(while: isDigit)
      rest = rest.dropFirst(fraction.count)
      if whole.isEmpty, fraction.isEmpty { return nil }
    } else if whole.isEmpty {
      return nil
    }
    if let mark = rest.first, mark == UInt8(ascii: "e") || mark == UInt8(ascii: "E") {
      rest = rest.dropFirst()
      if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { rest = rest.dropFirst() }
      guard !rest.isEmpty, rest.allSatisfy(isDigit) else { return nil }
      rest = rest.dropFirst(rest.count)
    }
    guard rest.isEmpty else { return nil }
    return Double(text)
  }

  static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}

extension Node {
  /// The value in YAML 1.2's core schema: only `true` and `false` are truth values, only `null`, `~` and nothing are
  /// null; `no`, `on` and `1.2.3` are text; `012` is twelve and `0o17` fifteen. `.inf` and `.nan` become
  /// floating-point values that JSON text cannot express.
  public var json: JSON { json(as: .core) }

  /// The value as a dialect resolves it; the stream should have been read in the same one.
  public func json(as dialect: Dialect) -> JSON {
    switch content {
    case .scalar(let scalar): CoreSchema.resolve(scalar, dialect)
    case .sequence(let elements): .array(elements.map { $0.json(as: dialect) })
    case .mapping(let entries): .object(JSONObject(entries.map { .init($0.key, $0.value.json(as: dialect)) }))
    }
  }
}
