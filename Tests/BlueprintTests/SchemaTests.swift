import Blueprint
import Catalog
import JSON
import Testing

@Suite struct SchemaTests {
  /// One key that the schema describes.
  struct Key: Sendable {
    /// `$defs.release.chart.version`
    var path: String
    var schema: JSON
  }

  static let keys = keys(of: ClusterFile.schema(components: componentKinds), at: "")

  @Test func everyKeyIsDescribed() {
    #expect(Self.keys.count > 250)
    let silent = Self.keys.filter { key in
      guard let text = key.schema["description"]?.string else { return true }
      return !text.hasSuffix(".") || text.first?.isWhitespace ?? true
    }
    #expect(silent.map(\.path) == [])
  }

  /// A default is one of the values that can be written.
  @Test func everyDefaultCanBeWritten() {
    // What refers to another key has that key's default.
    let defaults = Self.keys.filter { $0.schema["default"] != nil && $0.schema["$ref"] == nil }
    #expect(defaults.count > 40)
    for key in defaults {
      guard let value = key.schema["default"] else { continue }
      if let words = key.schema["enum"]?.array { #expect(words.contains(value), "\(key.path)") }
      var types = key.schema["type"]?.array?.compactMap(\.string) ?? []
      if let type = key.schema["type"]?.string { types.append(type) }
      let type =
        switch value {
        case .string: "string"
        case .bool: "boolean"
        case .int: "integer"
        default: "unexpected"
        }
      #expect(types.contains(type) || types.isEmpty && key.schema["enum"] != nil, "\(key.path)")
    }
  }

  /// Every key of every mapping, whatever it is nested in; conditions are left out: they describe nothing.
  private static func keys(of schema: JSON, at path: String) -> [Key] {
    guard case .object(let members) = schema else { return [] }
    return members.flatMap { member -> [Key] in
      switch member.key {
      case "properties", "$defs":
        return (member.value.object ?? JSONObject()).flatMap { property in
          let path = path.isEmpty ? property.key : "\(path).\(property.key)"
          return (member.key == "$defs" ? [] : [Key(path: path, schema: property.value)])
            + keys(of: property.value, at: path)
        }
      case "items", "additionalProperties", "else": return keys(of: member.value, at: path + ".*")
      case "anyOf": return (member.value.array ?? []).flatMap { keys(of: $0, at: path) }
      default: return []
      }
    }
  }
}
