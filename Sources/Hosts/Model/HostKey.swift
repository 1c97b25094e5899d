/// The key that a machine showed and that nobody knows yet.
public struct HostKey: Sendable, Equatable {
  /// Whose key it is: the node, or the machine on the way to it.
  public var machine: String
  /// As known_hosts names it: `192.168.1.10`, `[192.168.1.10]:2222`.
  public var address: String
  /// `ED25519`
  public var type: String
  /// `SHA256:` and 43 characters, as `ssh-keygen -l` shows it.
  public var fingerprint: String
  /// What ``HostKeys/accept(_:)`` adds to ``file``: one line each, hashed where the user's configuration wants that.
  public var lines: [String]
  /// The user's known_hosts.
  public var file: String

  public init(machine: String, address: String, type: String, fingerprint: String, lines: [String], file: String) {
    self.machine = machine
    self.address = address
    self.type = type
    self.fingerprint = fingerprint
    self.lines = lines
    self.file = file
  }
}
