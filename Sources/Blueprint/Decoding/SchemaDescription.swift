import JSON

/// The keys of one mapping, as a section asks for them, on their way to a JSON Schema.
struct SchemaDescription {
  private var properties = JSONObject()
  /// Groups of keys of which at most one may be there.
  var exclusive: [[String]] = []
  /// Groups of keys of which one must be there.
  var oneNeeded: [[String]] = []
  /// Keys that a key wants beside it.
  var needed: [(key: String, beside: [String])] = []

  mutating func add(_ key: String, _ schema: () -> JSON, _ about: String, _ byDefault: JSON?) {
    var schema = schema()
    if !about.isEmpty { schema["description"] = .string(about) }
    if let byDefault { schema["default"] = byDefault }
    properties[key] = schema
  }

  var schema: JSON {
    let required = oneNeeded.filter { $0.count == 1 }.flatMap { $0 }
    var schema: JSON = ["type": required.isEmpty ? ["object", "null"] : "object"]
    schema["properties"] = .object(properties)
    schema["additionalProperties"] = false
    if !required.isEmpty { schema["required"] = Self.texts(required) }
    var conditions: [JSON] = oneNeeded.filter { $0.count > 1 }.map { keys in
      ["anyOf": .array(keys.map { ["required": Self.texts([$0])] })]
    }
    for keys in exclusive {
      for (index, key) in keys.enumerated() {
        for other in keys[(index + 1)...] { conditions.append(["not": ["required": Self.texts([key, other])]]) }
      }
    }
    if !conditions.isEmpty { schema["allOf"] = .array(conditions) }
    for (key, beside) in needed { schema[path: "dependentRequired", key] = Self.texts(beside) }
    return schema
  }

  private static func texts(_ words: [String]) -> JSON { .array(words.map { .string($0) }) }
}

extension MappingReader {
  /// What was asked for, as JSON Schema.
  var schema: JSON { description?.schema ?? true }
}
