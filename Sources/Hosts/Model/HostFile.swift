public import Redaction

/// A file as it is to be on a machine.
public struct HostFile: Sendable, Equatable {
  /// Absolute. A symbolic link there is replaced, not followed.
  public var path: String
  public var content: Secret<[UInt8]>
  /// The permission bits: `0o644`.
  public var mode: UInt32
  /// A user, by name or number.
  public var owner: String
  /// A group, by name or number.
  public var group: String

  public init(path: String, content: Secret<[UInt8]>, mode: UInt32, owner: String = "root", group: String = "root") {
    self.path = path
    self.content = content
    self.mode = mode
    self.owner = owner
    self.group = group
  }
}
