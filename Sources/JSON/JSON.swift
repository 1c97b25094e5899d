/// A JSON value (RFC 8259).
///
/// Objects keep the order of their members; equality ignores it. Whole numbers that fit 64 bits stay whole.
public enum JSON: Sendable {
  case null
  case bool(Bool)
  case int(Int)
  case double(Double)
  case string(String)
  case array([JSON])
  case object(JSONObject)
}

extension JSON: Equatable {
  public static func == (a: JSON, b: JSON) -> Bool {
    switch (a, b) {
    case (.null, .null): true
    case (.bool(let a), .bool(let b)): a == b
    case (.int(let a), .int(let b)): a == b
    case (.double(let a), .double(let b)): a == b
    case (.int(let a), .double(let b)), (.double(let b), .int(let a)): Double(a) == b
    case (.string(let a), .string(let b)): a == b
    case (.array(let a), .array(let b)): a == b
    case (.object(let a), .object(let b)): a == b
    default: false
    }
  }
}

extension JSON {
  public var string: String? { if case .string(let value) = self { value } else { nil } }
  public var int: Int? { if case .int(let value) = self { value } else { nil } }
  public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
  public var array: [JSON]? { if case .array(let value) = self { value } else { nil } }
  public var object: JSONObject? { if case .object(let value) = self { value } else { nil } }
  public var double: Double? {
    switch self {
    case .double(let value): value
    case .int(let value): Double(value)
    default: nil
    }
  }
  public var isNull: Bool { if case .null = self { true } else { false } }

  /// The member of an object; `nil` where this is no object or has no such member.
  /// Setting on anything but an object replaces it with one; setting `nil` removes the member.
  public subscript(key: String) -> JSON? {
    get { object?[key] }
    set {
      var members = object ?? JSONObject()
      self = .null  // keeps the members' storage unique while it changes
      members[key] = newValue
      self = .object(members)
    }
  }

  /// The element of an array; `nil` where this is no array or is shorter.
  public subscript(index: Int) -> JSON? {
    guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
    return elements[index]
  }

  /// Follows member names: `value[path: "spec", "replicas"]`. Setting makes the objects on the way.
  public subscript(path keys: String...) -> JSON? {
    get { value(at: keys[...]) }
    set { set(newValue, at: keys[...]) }
  }

  public func value(at keys: ArraySlice<String>) -> JSON? {
    guard let first = keys.first else { return self }
    return self[first]?.value(at: keys.dropFirst())
  }

  public mutating func set(_ value: JSON?, at keys: ArraySlice<String>) {
    guard let first = keys.first else {
      self = value ?? .null
      return
    }
    guard keys.count > 1 else {
      self[first] = value
      return
    }
    var child = self[first] ?? .object(JSONObject())
    child.set(value, at: keys.dropFirst())
    self[first] = child
  }
}

// No nil literal: `json[key] = nil` removes a member, `.null` is written out.
extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByFloatLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  public init(stringLiteral value: String) { self = .string(value) }
  public init(integerLiteral value: Int) { self = .int(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(floatLiteral value: Double) { self = .double(value) }
  public init(arrayLiteral elements: JSON...) { self = .array(elements) }
  public init(dictionaryLiteral elements: (String, JSON)...) {
    self = .object(JSONObject(elements.map { JSONObject.Member($0.0, $0.1) }))
  }
}
