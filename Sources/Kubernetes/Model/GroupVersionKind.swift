/// A kind of object without its version: what stays the same when an API group moves from v1beta1 to v1.
public struct GroupKind: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Empty for the core group.
  public var group: String
  public var kind: String

  public init(group: String, kind: String) {
    self.group = group
    self.kind = kind
  }

  /// `Deployment.apps`, `ConfigMap`: the form kubectl and ApplySets use.
  public var description: String { group.isEmpty ? kind : "\(kind).\(group)" }

  /// Reads `Deployment.apps`.
  public init(_ text: some StringProtocol) {
    let parts = text.split(separator: ".", maxSplits: 1)
    self.init(group: parts.count > 1 ? String(parts[1]) : "", kind: parts.first.map { String($0) } ?? "")
  }

  public static func < (a: GroupKind, b: GroupKind) -> Bool { (a.group, a.kind) < (b.group, b.kind) }
}

public struct GroupVersionKind: Sendable, Hashable, CustomStringConvertible {
  public var group: String
  public var version: String
  public var kind: String

  public init(group: String, version: String, kind: String) {
    self.group = group
    self.version = version
    self.kind = kind
  }

  /// - Parameter apiVersion: `v1` or `apps/v1`.
  public init(apiVersion: String, kind: String) {
    guard let slash = apiVersion.utf8.firstIndex(of: UInt8(ascii: "/")) else {
      self.init(group: "", version: apiVersion, kind: kind)
      return
    }
    self.init(
      group: String(apiVersion[..<slash]), version: String(apiVersion[apiVersion.utf8.index(after: slash)...]),
      kind: kind)
  }

  public var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }
  public var groupKind: GroupKind { GroupKind(group: group, kind: kind) }
  public var description: String { "\(apiVersion) \(kind)" }
}
