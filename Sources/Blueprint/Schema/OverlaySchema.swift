import JSON

/// What an environment can hold: parts of everything, and `null` for what it takes away. What goes together is known
/// only once it has been laid over the rest of the file.
enum OverlaySchema {
  /// The definition of what an environment says of something that has a definition.
  static func name(of definition: String) -> String { "overlay-\(definition)" }

  static func loosened(_ schema: JSON) -> JSON {
    guard case .object(let members) = schema else { return schema }
    var result = JSONObject()
    for member in members {
      switch member.key {
      case "required", "dependentRequired", "allOf", "default": continue
      case "properties":
        let properties = member.value.object ?? JSONObject()
        result[member.key] = .object(JSONObject(properties.map { .init($0.key, removable($0.value)) }))
      case "additionalProperties": result[member.key] = removable(member.value)
      case "items": result[member.key] = loosened(member.value)
      case "anyOf": result[member.key] = .array((member.value.array ?? []).map(loosened))
      case "$ref":
        let definition = member.value.string?.dropFirst("#/$defs/".count) ?? ""
        result[member.key] = PlatformSchema.reference(name(of: String(definition)))["$ref"]
      default: result[member.key] = member.value
      }
    }
    return .object(result)
  }

  /// The same, or `null`.
  private static func removable(_ schema: JSON) -> JSON {
    var schema = loosened(schema)
    guard case .object = schema else { return schema }
    if let type = schema["type"] {
      let types = type.array ?? [type]
      if !types.contains("null") { schema["type"] = .array(types + ["null"]) }
    } else if let words = schema["enum"]?.array {
      schema["enum"] = .array(words + [.null])
    } else if let choices = schema["anyOf"]?.array {
      schema["anyOf"] = .array(choices + [["type": "null"]])
    } else if let reference = schema["$ref"] {
      schema["$ref"] = nil
      schema["anyOf"] = [["$ref": reference], ["type": "null"]]
    }
    return schema
  }
}
