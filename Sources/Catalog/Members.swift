import JSON

extension JSON {
  /// An object of the members that have a value. `null` is none: `nil` can mean either where a literal stands.
  static func members(_ pairs: KeyValuePairs<String, JSON?>) -> JSON {
    .object(
      JSONObject(
        pairs.compactMap { key, value in
          guard let value, !value.isNull else { return nil }
          return JSONObject.Member(key, value)
        }))
  }

  /// An object of strings, sorted by name so that equal values look equal.
  static func strings(_ values: [String: String]) -> JSON {
    .object(JSONObject(values.sorted { $0.key < $1.key }.map { JSONObject.Member($0.key, .string($0.value)) }))
  }
}

extension Array {
  /// `nil` instead of an empty array: Kubernetes leaves those out.
  var nonEmpty: [Element]? { isEmpty ? nil : self }
}
