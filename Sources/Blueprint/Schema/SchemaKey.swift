package import JSON

/// A key of the cluster file, as its schema describes it: for `croft explain` and for the reference.
package struct SchemaKey: Sendable {
  /// `apps.*.expose.host`: names that a user chooses are `*`, elements of lists go without saying. Empty: the file.
  package let path: String
  package let schema: JSON
  /// Whether it must be there.
  package let isRequired: Bool
  /// Keys that it needs beside it.
  package let beside: [String]
  private let root: JSON
  /// Definitions that led here: what leads to itself, as options of options do, is followed once.
  private let trail: Set<String>

  /// The whole file.
  /// - Parameter schema: of a cluster file.
  package init(root schema: JSON) {
    self.init(path: "", schema: schema, isRequired: true, beside: [], root: schema, trail: [])
  }

  private init(
    path: String, schema: JSON, isRequired: Bool, beside: [String], root: JSON, trail: Set<String>
  ) {
    self.path = path
    self.schema = schema
    self.isRequired = isRequired
    self.beside = beside
    self.root = root
    self.trail = trail
  }

  /// Whether it is the same as the key of this name that every release has.
  package var isOfEveryRelease: Bool { schema["$ref"]?.string?.hasPrefix("#/$defs/release/properties/") ?? false }
  /// The last part of its path.
  package var name: String { path.split(separator: ".").last.map(String.init) ?? "" }
  /// What it is for, in sentences.
  package var about: String {
    schema["description"]?.string ?? resolve(schema)["description"]?.string
      ?? (name == "*" ? "One of these, by its name." : "")
  }
  /// What holds where it is absent.
  package var byDefault: JSON? { schema["default"] ?? resolve(schema)["default"] }

  /// What can be written, in words.
  package var value: String { SchemaWords(root: root).words(for: schema) }

  /// Of which keys below it one must be there.
  package var oneNeeded: [[String]] {
    alternatives.flatMap { $0["allOf"]?.array ?? [] }.compactMap { condition in
      condition["anyOf"]?.array?.compactMap { $0["required"]?[0]?.string }
    }
  }

  // MARK: Keys below it

  /// The keys that stand directly below it; `*` for names that a user chooses, where these have keys of their own.
  package var keys: [SchemaKey] {
    var found: [SchemaKey] = []
    for schema in alternatives {
      let required = schema["required"]?.array ?? []
      for property in schema["properties"]?.object ?? JSONObject() {
        let beside = schema[path: "dependentRequired", property.key]?.array?.compactMap(\.string) ?? []
        found.append(key(property.key, property.value, required.contains(.string(property.key)), beside))
      }
      if let values = schema["additionalProperties"], case .object = values {
        let element = key("*", values, false, [])
        if !element.keys.isEmpty { found.append(element) }
      }
    }
    return found
  }

  /// All keys below it, each before its own, and each once: the keys of an environment are those of the file, a release
  /// of the platform has those of any release, and so has a component many of them.
  package var descendants: [SchemaKey] {
    keys.filter { $0.path != "platform.*" }.flatMap { key in
      key.path == "environments" ? [key] : key.isOfEveryRelease ? [] : [key] + key.descendants
    }
  }

  /// The key of a path; any name stands for a `*`.
  package func key(at path: String) -> SchemaKey? {
    path.split(separator: ".").reduce(self) { key, name in
      let keys = key?.keys ?? []
      return keys.first { $0.name == name } ?? keys.first { $0.name == "*" }
    }
  }

  private func key(_ name: String, _ schema: JSON, _ isRequired: Bool, _ beside: [String]) -> SchemaKey {
    SchemaKey(
      path: path.isEmpty ? name : "\(path).\(name)", schema: schema, isRequired: isRequired, beside: beside, root: root,
      trail: trail.union(references(in: self.schema)))
  }

  /// The schemas of mappings that its value, or an element of it, can have.
  private var alternatives: [JSON] {
    var found: [JSON] = []
    for schema in mappings(in: schema) where !found.contains(schema) { found.append(schema) }
    return found
  }

  /// Definitions that lead from a schema to its mappings.
  private func references(in schema: JSON) -> [String] {
    let here = schema["$ref"]?.string.map { [$0] } ?? []
    let choices = resolve(schema)["anyOf"]?.array ?? []
    let parts = choices + [resolve(schema)["items"], resolve(schema)["else"]].compactMap { $0 }
    return here.contains(where: trail.contains) ? [] : here + parts.flatMap(references)
  }

  private func mappings(in schema: JSON) -> [JSON] {
    if let reference = schema["$ref"]?.string, trail.contains(reference) { return [] }
    let schema = resolve(schema)
    if let choices = schema["anyOf"]?.array, schema["properties"] == nil { return choices.flatMap(mappings) }
    if let items = schema["items"] { return mappings(in: items) }
    // An entry of 'platform' is a component, or else a release.
    if let otherwise = schema["else"] { return mappings(in: otherwise) }
    return schema["properties"] == nil && schema["additionalProperties"] == nil ? [] : [schema]
  }

  private func resolve(_ schema: JSON) -> JSON { SchemaWords(root: root).resolve(schema) }
}
