import JSON

/// The keys of one mapping, as a section asks for them, on their way to a JSON Schema.
struct SchemaDescription {
  private var properties = JSONObject()
  /// Groups of keys of which at most one may be there.
  var exclusive: [[String]] = []
  /// Groups of keys of which one must be there.
  var oneNeeded: [[String]] = []
  /// Keys that a key wants beside it.
  var needed: [(key: String, beside: String)] = []
  /// Keys that some values of a key want beside it.
  var neededByValue: [(owner: String, values: [String], keys: [String])] = []
  /// Keys that some values of a key have no use for.
  var refusedByValue: [(owner: String, values: [String], key: String)] = []

  mutating func add(_ key: String, _ schema: () -> JSON, _ about: String, _ byDefault: JSON?) {
    var schema = schema()
    if !about.isEmpty { schema["description"] = .string(about) }
    if let byDefault { schema["default"] = byDefault }
    properties[key] = schema
  }

  var schema: JSON {
    let required = oneNeeded.filter { $0.count == 1 }.flatMap { $0 }
    // Nothing at all is a mapping without keys.
    var schema: JSON = ["type": oneNeeded.isEmpty ? ["object", "null"] : "object"]
    schema["properties"] = .object(properties)
    schema["additionalProperties"] = false
    if !required.isEmpty { schema["required"] = Self.texts(required) }
    let conditions = conditions
    if !conditions.isEmpty { schema["allOf"] = .array(conditions) }
    for (key, beside) in needed {
      let others = schema[path: "dependentRequired", key]?.array ?? []
      schema[path: "dependentRequired", key] = .array(others + [.string(beside)])
    }
    return schema
  }

  private var conditions: [JSON] {
    var conditions: [JSON] = oneNeeded.filter { $0.count > 1 }.map { keys in
      ["anyOf": .array(keys.map { ["required": Self.texts([$0])] })]
    }
    for keys in exclusive {
      for (index, key) in keys.enumerated() {
        for other in keys[(index + 1)...] { conditions.append(["not": ["required": Self.texts([key, other])]]) }
      }
    }
    for (owner, values, keys) in neededByValue {
      conditions.append([
        "if": ["required": [.string(owner)], "properties": .object(JSONObject([.init(owner, Schema.words(values))]))],
        "then": ["required": Self.texts(keys)],
      ])
    }
    for (owner, values, key) in refusedByValue {
      conditions.append([
        "not": [
          "required": Self.texts([owner, key]), "properties": .object(JSONObject([.init(owner, Schema.words(values))])),
        ]
      ])
    }
    return conditions
  }

  private static func texts(_ words: [String]) -> JSON { .array(words.map { .string($0) }) }
}

extension MappingReader {
  /// What was asked for, as JSON Schema.
  var schema: JSON { description?.schema ?? true }
}
