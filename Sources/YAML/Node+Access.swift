import JSON

extension Node {
  /// The members of a mapping; empty for anything else.
  public var entries: [Entry] { if case .mapping(let entries) = content { entries } else { [] } }

  /// The elements of a sequence; empty for anything else.
  public var elements: [Node] { if case .sequence(let elements) = content { elements } else { [] } }

  public var scalar: Scalar? { if case .scalar(let scalar) = content { scalar } else { nil } }

  /// The value of a mapping's key; `nil` where this is no mapping or has no such key.
  public subscript(key: String) -> Node? { entries.first { $0.key == key }?.value }

  /// Whether this is `null`, `~` or nothing at all.
  public var isNull: Bool { scalar.map { CoreSchema.resolve($0) == .null } ?? false }
}
