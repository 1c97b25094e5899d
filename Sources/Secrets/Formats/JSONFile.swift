public import JSON

/// JSON, written as SOPS does: a tab a level.
enum JSONFile {
  static func read(_ bytes: [UInt8], file: String) throws(SecretsError) -> Branch {
    let value: JSON
    do throws(JSONError) { value = try JSON(parsing: bytes) } catch {
      throw .syntax(file: file, message: "not JSON: \(error)")
    }
    guard case .mapping(let branch) = Value(value) else {
      throw .syntax(file: file, message: "expected a JSON object, { … }, at the top")
    }
    return branch
  }

  static func write(_ branch: Branch) -> String {
    var text = ""
    write(.mapping(branch), level: 0, into: &text)
    return text + "\n"
  }

  private static func write(_ value: Value, level: Int, into text: inout String) {
    switch value {
    case .list(let branch), .mapping(let branch):
      let isMapping = value.mapping != nil
      text += isMapping ? "{" : "["
      for (index, item) in branch.items.enumerated() {
        text += (index > 0 ? ",\n" : "\n") + String(repeating: "\t", count: level + 1)
        if isMapping { text += quoted(item.key) + ": " }
        write(item.value, level: level + 1, into: &text)
      }
      if !branch.items.isEmpty { text += "\n" + String(repeating: "\t", count: level) }
      text += isMapping ? "}" : "]"
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .int(let value): text += String(value)
    case .float(let value): text += value.isFinite ? Decimals.text(value) : quoted(Decimals.text(value))
    case .text(let value), .time(let value): text += quoted(value)
    case .bytes(let bytes): text += quoted(String(decoding: bytes, as: UTF8.self))
    }
  }
}

extension JSONFile {
  /// A text as SOPS' JSON library writes it, fit to stand inside HTML.
  private static func quoted(_ text: String) -> String {
    let quoted = JSON.string(text).text
    guard quoted.unicodeScalars.contains(where: { escapes[$0] != nil }) else { return quoted }
    return quoted.unicodeScalars.reduce(into: "") { $0 += escapes[$1] ?? String($1) }
  }

  private static let escapes: [Unicode.Scalar: String] = [
    "<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u{2028}": "\\u2028", "\u{2029}": "\\u2029",
  ]
}

extension Value {
  public init(_ json: JSON) {
    switch json {
    case .null: self = .null
    case .bool(let value): self = .bool(value)
    case .int(let value): self = .int(value)
    case .double(let value): self = .float(value)
    case .string(let value): self = .text(value)
    case .array(let elements): self = .list(Branch(elements.map { Item("", Value($0)) }))
    case .object(let object): self = .mapping(Branch(object.members.map { Item($0.key, Value($0.value)) }))
    }
  }

  /// Without comments. Bytes that are no text become base 64.
  public var json: JSON {
    switch self {
    case .null: .null
    case .bool(let value): .bool(value)
    case .int(let value): .int(value)
    case .float(let value): .double(value)
    case .text(let value), .time(let value): .string(value)
    case .bytes(let bytes): .string(String(validating: bytes, as: UTF8.self) ?? Base64.text(bytes))
    case .list(let branch): .array(branch.items.map(\.value.json))
    case .mapping(let branch): .object(JSONObject(branch.items.map { .init($0.key, $0.value.json) }))
    }
  }
}
