/// The members of a JSON object, in the order in which they were written.
///
/// Look-up is linear: Kubernetes objects have few members at each level.
public struct JSONObject: Sendable {
  public struct Member: Sendable {
    public var key: String
    public var value: JSON
    public init(_ key: String, _ value: JSON) {
      self.key = key
      self.value = value
    }
  }

  public private(set) var members: [Member]

  public init(_ members: [Member] = []) { self.members = members }

  public var isEmpty: Bool { members.isEmpty }
  public var count: Int { members.count }
  public var keys: [String] { members.map(\.key) }

  public subscript(key: String) -> JSON? {
    get { members.first { $0.key == key }?.value }
    set {
      if let index = members.firstIndex(where: { $0.key == key }) {
        if let newValue { members[index].value = newValue } else { members.remove(at: index) }
      } else if let newValue {
        members.append(Member(key, newValue))
      }
    }
  }

  /// Adds a member without looking whether the key is there already.
  public mutating func append(_ key: String, _ value: JSON) { members.append(Member(key, value)) }

  public mutating func removeAll(where condition: (Member) -> Bool) { members.removeAll(where: condition) }
}

extension JSONObject: Sequence {
  public func makeIterator() -> IndexingIterator<[Member]> { members.makeIterator() }
}

extension JSONObject: Equatable {
  public static func == (a: JSONObject, b: JSONObject) -> Bool {
    guard a.members.count == b.members.count else { return false }
    for (index, member) in a.members.enumerated() {
      // The usual case: both were written in the same order.
      if b.members[index].key == member.key {
        if b.members[index].value != member.value { return false }
      } else if b[member.key] != member.value {
        return false
      }
    }
    return true
  }
}
