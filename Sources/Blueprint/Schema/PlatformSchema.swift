import JSON

/// What can stand under `platform`: an entry is a release where it says what it is made from, else a component, by its
/// own name or by what `component` says.
enum PlatformSchema {
  static func whole(_ kinds: [ComponentKind]) -> JSON {
    var properties = JSONObject()
    for kind in kinds {
      properties[kind.name] = [
        "description": .string(kind.summary), "if": saysItsSource, "then": reference("release"),
        "else": reference(definition(of: kind)),
      ]
    }
    var schema = mapping
    schema["properties"] = .object(properties)
    schema["additionalProperties"] = [
      "if": ["type": "object", "required": ["component"]], "then": named(kinds), "else": reference("release"),
    ]
    return schema
  }

  /// What an environment can say: parts of what is there, so that it need not say again what it is a part of.
  static func overlay(_ kinds: [ComponentKind]) -> JSON {
    var properties = JSONObject()
    for kind in kinds {
      properties[kind.name] = [
        "description": .string(kind.summary),
        "anyOf": [
          reference(OverlaySchema.name(of: definition(of: kind))), reference(OverlaySchema.name(of: "release")),
        ],
      ]
    }
    var schema = mapping
    schema["properties"] = .object(properties)
    schema["additionalProperties"] = ["type": ["object", "null"]]
    return schema
  }

  /// What the kinds are, for `$defs`. What they have in common with a release is not said for each of them again.
  static func definitions(_ kinds: [ComponentKind], besides release: JSON) -> [JSONObject.Member] {
    kinds.map { kind in
      var schema = Shape<ComponentUse>.component(kind.name, at: .nowhere, kind).schema()
      for property in schema["properties"]?.object ?? JSONObject()
      where isSame(property.value, release[path: "properties", property.key]) {
        var common = reference("release/properties/\(property.key)")
        common["description"] = property.value["description"]
        common["default"] = property.value["default"]
        schema[path: "properties", property.key] = common
      }
      return .init(definition(of: kind), schema)
    }
  }

  /// Whether two keys differ in their descriptions at most.
  private static func isSame(_ one: JSON, _ other: JSON?) -> Bool {
    var one = one
    one["description"] = other?["description"]
    return one == other
  }

  static func definition(of kind: ComponentKind) -> String { "component-\(kind.name)" }

  static func reference(_ definition: String) -> JSON { ["$ref": .string("#/$defs/\(definition)")] }

  /// A component by another name.
  private static func named(_ kinds: [ComponentKind]) -> JSON {
    let choices: [JSON] = kinds.map { kind in
      [
        "if": ["properties": ["component": ["const": .string(kind.name)]]],
        "then": reference(definition(of: kind)),
      ]
    }
    return ["properties": ["component": Schema.words(kinds.map(\.name))], "allOf": .array(choices)]
  }

  private static var mapping: JSON { ["type": ["object", "null"], "propertyNames": Schema.label(longest: 53)] }

  private static var saysItsSource: JSON {
    ["type": "object", "anyOf": .array(MappingReader.sources.map { ["required": [.string($0)]] })]
  }
}
