import Blueprint
import JSON
import YAML

/// What an option's value must be like, besides its type.
struct OptionRules {
  private let words: [String]?
  private let pattern: String?
  private let format: String?
  private let minimum: Double?
  private let maximum: Double?
  private let items: OwnOption?
  /// Whose rules they are: `the option 'links'`.
  private let subject: String
  let properties: [OwnOption]
  /// Whether everything could be read.
  private let isFine: Bool

  init(_ reader: inout MappingReader, of subject: String, type: String?) {
    self.subject = subject
    words = reader.optional("enum", .list(.filled("a word")), "The words that it can be.")
    pattern = reader.optional("pattern", .pattern, "A regular expression that its text matches somewhere.")
    format = reader.optional("format", .word(Self.formats.map(\.name)), "What its text is.")
    minimum = reader.optional("minimum", .double, "The least number that it can be.")
    maximum = reader.optional("maximum", .double, "The greatest number that it can be.")
    items = reader.optional(
      "items",
      Shape<OwnOption>("an option", schema: { ["$ref": "#/$defs/option"] }) { node, problems in
        Shape<OwnOption>.option("", called: "each element of \(subject)", isDescribed: false, isElement: true)
          .read(node, problems)
      }, "What each element is like. By default a text.")
    let properties = reader.optional("properties", .options(isDescribed: false), "Its keys. By default any.")
    self.properties = properties ?? []
    for key in ["pattern", "format"] { reader.refuse(["enum"], besides: key, because: "the words say it all") }
    reader.refuse(["pattern"], besides: "format", because: "the format says what it looks like")
    for (keys, kind) in Self.belongings {
      let others = OwnOption.Kind.allCases.filter { !kind.contains($0) }.map(\.rawValue)
      reader.refuse(keys, where: "type", is: type, in: others)
    }
    var isFine = properties != nil || reader.entry("properties") == nil
    for key in ["enum", "pattern", "format", "minimum", "maximum", "items"] where reader.entry(key) != nil {
      let isThere: Bool =
        switch key {
        case "enum": words != nil
        case "pattern": pattern != nil
        case "format": format != nil
        case "minimum": minimum != nil
        case "maximum": maximum != nil
        default: items != nil
        }
      isFine = isFine && isThere
    }
    if let minimum, let maximum, minimum > maximum {
      reader.problems.report(
        "CR0212", "the least number, \(JSON(minimum).text), is above the greatest, \(JSON(maximum).text)",
        at: reader.entry("minimum")?.value.span, fix: "exchange them")
      isFine = false
    }
    if words?.isEmpty == true {
      reader.problems.report(
        "CR0203", "there is no word that the option could be", at: reader.span(of: "enum"), fix: "list the words")
      isFine = false
    }
    self.isFine = isFine
  }

  private static let belongings: [(keys: [String], kinds: [OwnOption.Kind])] = [
    (["enum", "pattern", "format"], [.text]), (["minimum", "maximum"], [.whole, .number]), (["items"], [.list]),
    (["properties"], [.mapping]),
  ]

  /// `nil` where the rules themselves are wrong.
  func shape(_ kind: OwnOption.Kind) -> Shape<JSON>? {
    guard isFine else { return nil }
    switch kind {
    case .text:
      if let words { return Shape<String>.word(words).map { .string($0) } }
      if let pattern { return Shape<String>.matching(pattern).map { .string($0) } }
      let named = Self.formats.first { $0.name == format }
      return (named?.shape ?? .text).map { .string($0) }
    case .whole: return .number(from: minimum, to: maximum, isWhole: true)
    case .number: return .number(from: minimum, to: maximum, isWhole: false)
    case .truth: return Shape<Bool>.truth.map { .bool($0) }
    case .list:
      let element = items?.shape ?? Shape<String>.text.map { .string($0) }
      return Shape<[JSON]>.list(element).map { .array($0) }
    case .mapping:
      if properties.isEmpty { return .object }
      let properties = properties
      return .section(subject) { reader in OwnOption.read(properties, &reader) }
    }
  }

  /// Texts that Croft knows more about.
  static let formats: [(name: String, shape: Shape<String>)] = [
    ("address", Shape<IPAddress>.address.map { "\($0)" }), ("network", Shape<CIDR>.cidr.map { "\($0)" }),
    ("host", .hostName), ("url", .webAddress), ("quantity", .quantity("1Gi")), ("image", .image),
    ("name", .label()), ("secret", .subdomain("the name of a Secret")), ("pool", .label("the name of a pool")),
    ("class", .subdomain("the name of a storage class")),
  ]
}

// MARK: Shapes

extension Shape where Value == JSON {
  fileprivate static func number(from minimum: Double?, to maximum: Double?, isWhole: Bool) -> Shape {
    var expected = isWhole ? "a whole number" : "a number"
    var described: JSON = ["type": isWhole ? "integer" : "number"]
    if let minimum {
      expected += " from \(JSON(minimum).text)"
      described["minimum"] = JSON(minimum)
    }
    if let maximum {
      expected += minimum == nil ? " up to \(JSON(maximum).text)" : " to \(JSON(maximum).text)"
      described["maximum"] = JSON(maximum)
    }
    let schema = described
    let noun = expected
    return scalar(noun, schema: schema, isText: false) { text throws(Fault) in
      let whole = Int(text)
      guard let number = whole.map(Double.init) ?? Shape<Double>.number(text), !isWhole || whole != nil else {
        throw Fault(code: "CR0204", message: "expected \(noun), found '\(text)'", fix: "write \(noun)")
      }
      guard minimum.map({ $0 <= number }) ?? true, maximum.map({ number <= $0 }) ?? true else {
        throw Fault(code: "CR0212", message: "expected \(noun), found \(text)", fix: "write \(noun)")
      }
      return whole.map { .int($0) } ?? .double(number)
    }
  }
}

extension Shape where Value == Double {
  /// As JSON has it: no `inf`, no hexadecimal digits.
  fileprivate static func number(_ text: String) -> Double? {
    guard text.allSatisfy({ $0.isASCII && ($0.isNumber || "+-.eE".contains($0)) }) else { return nil }
    return Double(text).flatMap { $0.isFinite ? $0 : nil }
  }

  fileprivate static var double: Shape {
    scalar("a number", schema: ["type": "number"], isText: false) { text throws(Fault) in
      guard let value = number(text) else {
        throw Fault(code: "CR0204", message: "expected a number, found '\(text)'", fix: "write a number")
      }
      return value
    }
  }
}

extension Shape where Value == String {
  /// A regular expression.
  fileprivate static var pattern: Shape {
    scalar("a regular expression") { text throws(Fault) in
      guard (try? Regex(text)) != nil else {
        throw Fault(
          code: "CR0213", message: "'\(text)' is not a regular expression", fix: "write one such as ^[a-z]+$")
      }
      return text
    }
  }

  fileprivate static func matching(_ pattern: String) -> Shape {
    scalar("a text that matches \(pattern)", schema: Schema.pattern(pattern)) { text throws(Fault) in
      guard let regex = try? Regex(pattern), (try? regex.firstMatch(in: text)) != nil else {
        throw Fault(
          code: "CR0213", message: "'\(text)' does not match \(pattern)", fix: "write a text that matches \(pattern)")
      }
      return text
    }
  }
}

extension JSON {
  /// Whole where it is.
  init(_ number: Double) { self = Int(exactly: number).map { .int($0) } ?? .double(number) }
}
