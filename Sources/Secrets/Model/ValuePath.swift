/// The way to a value: `stringData.password`, `hosts.0.name`. A dot inside a key is written `\.`.
public struct ValuePath: Sendable, Hashable, CustomStringConvertible {
  public var keys: [String]

  public init(keys: [String]) { self.keys = keys }

  public init(_ text: String) {
    var keys = [""]
    var isEscaped = false
    for character in text {
      if isEscaped {
        keys[keys.count - 1].append(character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if character == "." {
        keys.append("")
      } else {
        keys[keys.count - 1].append(character)
      }
    }
    self.keys = keys
  }

  public var description: String {
    keys.map { $0.replacing("\\", with: "\\\\").replacing(".", with: "\\.") }.joined(separator: ".")
  }
}

extension Branch {
  public func value(at path: ValuePath) -> Value? { Value.mapping(self).value(at: path.keys[...]) }

  /// Puts a value there, with the mappings on the way where they are missing. One behind a list's end is added to it.
  /// - Returns: whether the path could be followed: only branches have members.
  public mutating func set(_ value: Value, at path: ValuePath) -> Bool {
    var whole = Value.mapping(self)
    guard whole.set(value, at: path.keys[...]), case .mapping(let branch) = whole else { return false }
    self = branch
    return true
  }
}

extension Value {
  fileprivate func value(at keys: ArraySlice<String>) -> Value? {
    guard let key = keys.first else { return self }
    switch self {
    case .mapping(let branch): return branch[key]?.value(at: keys.dropFirst())
    case .list(let branch):
      guard let index = Int(key), branch.items.indices.contains(index) else { return nil }
      return branch.items[index].value.value(at: keys.dropFirst())
    default: return nil
    }
  }

  fileprivate mutating func set(_ value: Value, at keys: ArraySlice<String>) -> Bool {
    guard let key = keys.first else {
      self = value
      return true
    }
    switch self {
    case .mapping(var branch):
      var child = branch[key] ?? .null
      guard child.set(value, at: keys.dropFirst()) else { return false }
      branch[key] = child
      self = .mapping(branch)
      return true
    case .list(var branch):
      guard let index = Int(key), index >= 0, index <= branch.items.count else { return false }
      if index == branch.items.count { branch.items.append(Item("", .null)) }
      guard branch.items[index].value.set(value, at: keys.dropFirst()) else { return false }
      self = .list(branch)
      return true
    case .null:
      self = .mapping(Branch())
      return set(value, at: keys)
    default: return false
    }
  }
}
