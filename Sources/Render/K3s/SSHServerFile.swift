import Blueprint
import Diagnostics

/// What an SSH server that is to be careful adds to its settings. The first value it reads of a setting is the one it
/// takes, so this file's name comes before the others'. https://man.openbsd.org/sshd_config
struct SSHServerFile {
  let spec: MachinesSpec.SSHServer
  /// `nil`: anybody with a key.
  let users: [String]?

  static let path = "etc/ssh/sshd_config.d/00-croft.conf"

  init?(blueprint: Blueprint, node: NodeSpec) {
    guard let machines = blueprint.machines, let spec = machines.sshd else { return nil }
    self.spec = spec
    if !spec.allowUsers.isEmpty {
      users = spec.allowUsers
    } else if let login = node.ssh?.user {
      users = [login] + machines.users.filter { !$0.keys.isEmpty && $0.name != login }.map(\.name)
    } else {
      users = nil
    }
  }

  func file(below root: String) -> RenderedFile {
    let word = spec.passwords ? "yes" : "no"
    let isRootAllowed = users.map { $0.contains("root") } ?? true
    var lines = [
      "PasswordAuthentication \(word)", "KbdInteractiveAuthentication \(word)",
      "PermitRootLogin \(isRootAllowed ? "prohibit-password" : "no")", "PermitEmptyPasswords no", "X11Forwarding no",
    ]
    if let users { lines.append("AllowUsers \(users.joined(separator: " "))") }
    return RenderedFile("\(root)/\(Self.path)", lines: lines)
  }
}
