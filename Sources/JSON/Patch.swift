extension JSON {
  /// Applies a JSON merge patch (RFC 7396): `null` removes, objects merge, everything else replaces.
  public func merging(_ patch: JSON) -> JSON {
    guard case .object(let changes) = patch else { return patch }
    var result = object ?? JSONObject()
    for change in changes {
      result[change.key] = change.value.isNull ? nil : (result[change.key] ?? .null).merging(change.value)
    }
    return .object(result)
  }

  /// Lays `other` over this value as chart values do: objects merge, everything else replaces, `null` stays.
  public func overlaid(with other: JSON) -> JSON {
    guard case .object(var result) = self, case .object(let changes) = other else { return other }
    for change in changes {
      result[change.key] = result[change.key].map { $0.overlaid(with: change.value) } ?? change.value
    }
    return .object(result)
  }

  /// Applies JSON patch operations (RFC 6902) in order; all of them or none.
  public func applying(_ operations: [JSON]) throws(JSONPatchError) -> JSON {
    var result = self
    for (index, operation) in operations.enumerated() {
      do throws(JSONPatchError) { try result.apply(operation) } catch {
        throw JSONPatchError(message: "operation \(index + 1): \(error.message)")
      }
    }
    return result
  }

  private mutating func apply(_ operation: JSON) throws(JSONPatchError) {
    guard let verb = operation["op"]?.string, let path = operation["path"]?.string else {
      throw JSONPatchError(message: "needs 'op' and 'path'")
    }
    func value() throws(JSONPatchError) -> JSON {
      guard let value = operation["value"] else { throw JSONPatchError(message: "'\(verb)' needs 'value'") }
      return value
    }
    func source() throws(JSONPatchError) -> String {
      guard let from = operation["from"]?.string else { throw JSONPatchError(message: "'\(verb)' needs 'from'") }
      return from
    }
    switch verb {
    case "add": try edit(path, .add(try value()))
    case "replace": try edit(path, .replace(try value()))
    case "remove": try edit(path, .remove)
    case "copy": try edit(path, .add(try at(pointer: try source())))
    case "move":
      let moved = try at(pointer: try source())
      try edit(try source(), .remove)
      try edit(path, .add(moved))
    case "test":
      guard try at(pointer: path) == value() else { throw JSONPatchError(message: "the value at '\(path)' differs") }
    default: throw JSONPatchError(message: "unknown op '\(verb)'; RFC 6902 has add, remove, replace, move, copy, test")
    }
  }

  /// The value a JSON pointer (RFC 6901) names.
  public func at(pointer: String) throws(JSONPatchError) -> JSON {
    var value = self
    for token in try Self.tokens(pointer) {
      let next: JSON? =
        switch value {
        case .object(let object): object[token]
        case .array(let elements): Int(token).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
        default: nil
        }
      guard let next else { throw JSONPatchError(message: "there is nothing at '\(pointer)'") }
      value = next
    }
    return value
  }

  private enum Edit { case add(JSON), replace(JSON), remove }

  private mutating func edit(_ pointer: String, _ edit: Edit) throws(JSONPatchError) {
    try self.edit(Self.tokens(pointer)[...], edit, pointer)
  }

  private mutating func edit(_ tokens: ArraySlice<String>, _ edit: Edit, _ pointer: String) throws(JSONPatchError) {
    let missing = JSONPatchError(message: "there is nothing at '\(pointer)'")
    guard let token = tokens.first else {
      switch edit {
      case .add(let value), .replace(let value): self = value
      case .remove: self = .null
      }
      return
    }
    let rest = tokens.dropFirst()
    switch self {
    case .object(var object):
      if !rest.isEmpty {
        guard var child = object[token] else { throw missing }
        try child.edit(rest, edit, pointer)
        object[token] = child
      } else {
        switch edit {
        case .add(let value): object[token] = value
        case .replace(let value):
          guard object[token] != nil else { throw missing }
          object[token] = value
        case .remove:
          guard object[token] != nil else { throw missing }
          object[token] = nil
        }
      }
      self = .object(object)
    case .array(var elements):
      if token == "-", rest.isEmpty, case .add(let value) = edit {
        self = .array(elements + [value])
        return
      }
      guard let index = Int(token), index >= 0, index <= elements.count else { throw missing }
      if rest.isEmpty, case .add(let value) = edit {
        elements.insert(value, at: index)
      } else {
        guard index < elements.count else { throw missing }
        if !rest.isEmpty {
          try elements[index].edit(rest, edit, pointer)
        } else if case .replace(let value) = edit {
          elements[index] = value
        } else {
          elements.remove(at: index)
        }
      }
      self = .array(elements)
    default: throw missing
    }
  }

  private static func tokens(_ pointer: String) throws(JSONPatchError) -> [String] {
    if pointer.isEmpty { return [] }
    guard pointer.hasPrefix("/") else {
      throw JSONPatchError(message: "'\(pointer)' is no JSON pointer; it starts with '/'")
    }
    let parts = pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
    return parts.map { (token: Substring) -> String in
      var text = ""
      var rest = token[...]
      while let character = rest.popFirst() {
        if character == "~", let code = rest.first, code == "0" || code == "1" {
          text.append(code == "0" ? "~" : "/")
          rest.removeFirst()
        } else {
          text.append(character)
        }
      }
      return text
    }
  }
}

/// Why a JSON patch does not fit the value it is for.
public struct JSONPatchError: Error, Sendable, Equatable {
  public var message: String
}
