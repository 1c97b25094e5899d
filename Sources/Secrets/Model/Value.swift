/// A value of a secret file, or a branch of values.
public indirect enum Value: Sendable, Equatable {
  case null
  case bool(Bool)
  case int(Int)
  case float(Double)
  case text(String)
  /// A point in time (RFC 3339), which YAML writes without quotes.
  case time(String)
  /// What is no text: the content of a binary file.
  case bytes([UInt8])
  case list(Branch)
  case mapping(Branch)
}

/// The members of a mapping or of a list in their order, with the comments between them.
public struct Branch: Sendable, Equatable {
  public var items: [Item]
  /// Comments behind the last item.
  public var trailing: [String]
  public init(_ items: [Item] = [], trailing: [String] = []) {
    self.items = items
    self.trailing = trailing
  }

  /// The value of a mapping's key. Setting adds a key that is missing at the end, and `nil` removes one.
  public subscript(key: String) -> Value? {
    get { items.first { $0.key == key }?.value }
    set {
      if let index = items.firstIndex(where: { $0.key == key }) {
        if let newValue { items[index].value = newValue } else { remove(at: index) }
      } else if let newValue {
        items.append(Item(key, newValue))
      }
    }
  }

  /// Takes an item out. The comments before it stay where they are.
  @discardableResult
  public mutating func remove(at index: Int) -> Item {
    let item = items.remove(at: index)
    if index < items.count {
      items[index].before = item.before + items[index].before
    } else {
      trailing = item.before + trailing
    }
    return item
  }
}

/// One member of a mapping, or one element of a list.
public struct Item: Sendable, Equatable {
  /// Empty in a list.
  public var key: String
  public var value: Value
  /// Comments on lines of their own before it: what stands behind each `#`.
  public var before: [String]
  /// A comment on its line, behind it.
  public var beside: String?
  public init(_ key: String, _ value: Value, before: [String] = [], beside: String? = nil) {
    self.key = key
    self.value = value
    self.before = before
    self.beside = beside
  }
}

extension Value {
  public var text: String? { if case .text(let text) = self { text } else { nil } }

  /// The branch of a mapping or a list.
  public var branch: Branch? {
    switch self {
    case .list(let branch), .mapping(let branch): branch
    default: nil
    }
  }

  public var mapping: Branch? { if case .mapping(let branch) = self { branch } else { nil } }

  /// What is encrypted and what the message authentication code covers; `nil` for null and for branches, which are
  /// neither. Truth values begin with a capital, numbers have no exponent (SOPS, `sops.go`).
  var content: (bytes: [UInt8], kind: SealedValue.Kind)? {
    switch self {
    case .null, .list, .mapping: nil
    case .bool(let value): (Array((value ? "True" : "False").utf8), .bool)
    case .int(let value): (Array(String(value).utf8), .int)
    case .float(let value): (Array(Decimals.text(value).utf8), .float)
    case .text(let value): (Array(value.utf8), .str)
    case .time(let value): (Array(value.utf8), .time)
    case .bytes(let value): (value, .str)
    }
  }

  /// The value of decrypted bytes; `nil` where they do not fit the kind.
  init?(_ bytes: [UInt8], kind: SealedValue.Kind) {
    let text = String(validating: bytes, as: UTF8.self)
    switch kind {
    case .str, .comment: self = text.map { .text($0) } ?? .bytes(bytes)
    case .bytes: self = .bytes(bytes)
    case .time: if let text { self = .time(text) } else { return nil }
    case .int: if let value = text.flatMap({ Int($0) }) { self = .int(value) } else { return nil }
    case .float: if let value = text.flatMap(Decimals.value) { self = .float(value) } else { return nil }
    case .bool:
      switch text {
      case "True", "true", "TRUE", "T", "t", "1": self = .bool(true)
      case "False", "false", "FALSE", "F", "f", "0": self = .bool(false)
      default: return nil
      }
    }
  }
}
