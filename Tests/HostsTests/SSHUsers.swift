import Process
import Testing

/// Users that exist for one SSH server alone: it sees other files in place of /etc/passwd and its like, in a mount
/// namespace of its own.
enum SSHUsers {
  static let password = "correct horse battery"
  /// May use sudo with the password, and without one, and not at all.
  static let asking = "asking"
  static let free = "free"
  static let plain = "plain"

  /// - Returns: The command in that namespace.
  static func surround(_ command: Command, folder: String) async throws -> Command {
    let hash = try await Command("openssl", ["passwd", "-6", "-stdin"], input: Array("\(password)\n".utf8)).run().text
      .filter { !$0.isNewline }
    var passwd = try readText("/etc/passwd")
    var group = try readText("/etc/group")
    var shadow = try readText("/etc/shadow")
    for (number, user) in [asking, free, plain].enumerated() {
      passwd += "\(user):x:\(61000 + number):\(61000 + number)::\(folder):/bin/bash\n"
      group += "\(user):x:\(61000 + number):\n"
      shadow += "\(user):\(hash):19000:0:99999:7:::\n"
    }
    let sudoers = """
      Defaults env_reset
      root ALL=(ALL:ALL) ALL
      \(asking) ALL=(ALL:ALL) ALL
      \(free) ALL=(ALL:ALL) NOPASSWD: ALL

      """
    var script = ""
    for (name, text, mode) in [
      ("passwd", passwd, "644"), ("group", group, "644"), ("shadow", shadow, "640"), ("sudoers", sudoers, "440"),
    ] {
      try writeText(text, to: "\(folder)/\(name)")
      script += "chmod \(mode) \(folder)/\(name); mount --bind \(folder)/\(name) /etc/\(name) || exit 1\n"
    }
    script += #"exec "$0" "$@""#
    return Command(
      "unshare", ["--mount", "--propagation", "private", "sh", "-c", script, command.executable] + command.arguments)
  }
}
