package import JSON

/// Schemas of scalars. Patterns are those of ECMA 262, and as exact as they can be without becoming unreadable: what
/// they let through, Croft may still refuse, never the reverse.
package enum Schema {
  /// What YAML takes for a number or a truth value can be meant as text.
  package static var text: JSON { ["type": ["string", "number", "boolean"]] }

  /// Text of a pattern; what looks like a number or a truth value may be meant as such a text, as in `name: 42`.
  package static func pattern(_ pattern: String, longest: Int? = nil) -> JSON {
    var schema: JSON = ["type": ["string", "number", "boolean"], "pattern": .string(pattern)]
    if let longest { schema["maxLength"] = .int(longest) }
    return schema
  }

  /// Text of a pattern that no number and no truth value has.
  package static func words(matching pattern: String) -> JSON { ["type": "string", "pattern": .string(pattern)] }

  package static func words(_ words: [String]) -> JSON { ["enum": .array(words.map { .string($0) })] }

  // MARK: Names

  static let labelPattern = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"

  /// An RFC 1123 label.
  package static func label(longest: Int = 63) -> JSON { pattern("^\(labelPattern)$", longest: longest) }

  /// An RFC 1123 subdomain.
  package static var subdomain: JSON { pattern("^\(labelPattern)(\\.\(labelPattern))*$", longest: 253) }

  static var qualifiedName: JSON {
    ["pattern": "^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$"]
  }

  static var labelValue: JSON { pattern("^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$", longest: 63) }

  static var environmentVariable: JSON { ["pattern": "^[-._A-Za-z][-._A-Za-z0-9]*$"] }

  // MARK: Objects of Kubernetes

  /// With what every object has. Said as a condition: these keys are not the cluster file's own.
  static var object: JSON {
    let name: JSON = ["type": "object", "required": ["name"], "properties": ["name": filled]]
    let head: JSON = [
      "required": ["apiVersion", "kind", "metadata"],
      "properties": ["apiVersion": filled, "kind": filled, "metadata": name],
    ]
    return ["type": "object", "allOf": [head]]
  }

  static var listOfObjects: JSON {
    let head: JSON = [
      "required": ["apiVersion", "kind", "items"],
      "properties": ["apiVersion": filled, "kind": ["type": "string", "pattern": "List$"]],
    ]
    return ["type": "object", "allOf": [head]]
  }

  private static var filled: JSON { ["type": "string", "minLength": 1] }

  // MARK: Addresses

  private static let octet = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
  private static let addressPattern = "(\(octet)(\\.\(octet)){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*)"

  static var address: JSON { words(matching: "^\(addressPattern)$") }
  static var network: JSON { words(matching: "^\(addressPattern)/[0-9]{1,3}$") }
  static var range: JSON { words(matching: "^\(addressPattern)(/[0-9]{1,3}|\\s*-\\s*\(addressPattern))$") }
}
