/// Where a machine is reached through SSH. What is `nil` is as the user's SSH configuration says.
public struct SSHDestination: Sendable, Equatable {
  /// A name, an address, or a `Host` of the user's SSH configuration.
  public var host: String
  public var user: String?
  public var port: Int?
  /// The path of a private key. It is tried first, and what an agent holds besides is not tried.
  public var key: String?
  /// `SHA256:…`: the only host key that is taken, whatever known_hosts says.
  public var hostKey: String?
  /// `user@host:port`, or several with commas between them: what to go through. They log in as the user's SSH
  /// configuration says, and their host keys have to be in known_hosts.
  public var jump: String?
  /// Another configuration file than the user's (`ssh -F`).
  public var configuration: String?

  public init(
    host: String, user: String? = nil, port: Int? = nil, key: String? = nil, hostKey: String? = nil,
    jump: String? = nil, configuration: String? = nil
  ) {
    self.host = host
    self.user = user
    self.port = port
    self.key = key
    self.hostKey = hostKey
    self.jump = jump
    self.configuration = configuration
  }

  /// How messages name it.
  var address: String { port.map { "\(host) port \($0)" } ?? host }

  /// The first machine on the way, as a destination of its own.
  var firstJump: SSHDestination? {
    guard let hop = jump?.split(separator: ",").first else { return nil }
    // `ssh` reads user, host and port out of a URI itself.
    let uri = hop.hasPrefix("ssh://") ? String(hop) : "ssh://\(hop)"
    return SSHDestination(host: uri, configuration: configuration)
  }

  /// The options of `ssh` that say where and as whom, as a user would write them.
  public var options: [String] {
    var options: [String] = []
    if let configuration { options += ["-F", configuration] }
    if let user { options += ["-l", user] }
    if let port { options += ["-p", String(port)] }
    if let key { options += ["-i", key, "-o", "IdentitiesOnly=yes"] }
    if let jump { options += ["-J", jump] }
    if let hostKey { options += Self.pin(hostKey) }
    return options
  }

  /// Known is what `ssh` hears from a command: the key that was shown, if its fingerprint is the right one. No file is
  /// looked at or written.
  private static func pin(_ fingerprint: String) -> [String] {
    let command =
      #"/bin/sh -c 'test "$1" = "$2" && echo "$3 $4 $5"; exit 0' croft %f \#(fingerprint) %H %t %K"#
    return [
      "-o", "KnownHostsCommand=\(command)", "-o", "UserKnownHostsFile=/dev/null", "-o",
      "GlobalKnownHostsFile=/dev/null", "-o", "StrictHostKeyChecking=yes", "-o", "FingerprintHash=sha256", "-o",
      "UpdateHostKeys=no",
    ]
  }
}
