import JSON

/// Says in words what a schema lets through.
struct SchemaWords {
  /// Where references lead.
  let root: JSON

  func resolve(_ schema: JSON) -> JSON {
    guard let reference = schema["$ref"]?.string, reference.hasPrefix("#/") else { return schema }
    let path = reference.dropFirst(2).split(separator: "/").map(String.init)
    return root.value(at: path[...]) ?? schema
  }

  /// `one of k3s, k3d`; `a list, each a mapping`.
  func words(for schema: JSON) -> String {
    let schema = resolve(schema)
    if let title = schema["title"]?.string { return title }
    if let words = schema["enum"]?.array?.compactMap(\.string) {
      return words.count == 1 ? words[0] : words.dropLast().joined(separator: ", ") + " or " + (words.last ?? "")
    }
    if let value = schema["const"] { return value.text }
    if let choices = schema["anyOf"]?.array { return words(forOneOf: choices) }
    if schema["else"] != nil { return "a mapping" }
    let types = (schema["type"]?.array ?? [schema["type"] ?? .null]).compactMap(\.string)
    if types.contains("array") { return schema["items"].map { "a list, each \(words(for: $0))" } ?? "a list" }
    if types.contains("object") { return words(forMapping: schema) }
    switch types {
    case ["boolean"]: return "true or false"
    case let types where types.contains("string"): return "a text"
    default: return "any value"
    }
  }

  private func words(forMapping schema: JSON) -> String {
    guard schema["properties"] == nil, let values = schema["additionalProperties"], case .object = values else {
      return "a mapping"
    }
    return "names, each with \(words(for: values))"
  }

  private func words(forOneOf choices: [JSON]) -> String {
    // One of something, or several.
    if choices.count == 2, choices[1]["items"] == choices[0] { return words(for: choices[0]) + ", or a list of them" }
    var words: [String] = []
    for choice in choices.map(words(for:)) where !words.contains(choice) { words.append(choice) }
    return words.count == 1 ? words[0] : words.dropLast().joined(separator: ", ") + ", or " + (words.last ?? "")
  }
}
