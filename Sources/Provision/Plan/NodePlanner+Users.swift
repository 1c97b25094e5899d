import Blueprint
import Render

extension NodePlanner {
  mutating func users() {
    let wanted = desired.machines.users
    if wanted.isEmpty { return }
    guard let found = need(facts.users, .users, for: "its users", "install libc-bin") else { return }
    for user in wanted {
      let account = found.users[user.name]
      if account == nil {
        add(.users, .addUser(name: user.name, shell: user.shell), "add the user \(user.name)", observed: "not there")
      }
      let unknown = user.groups.filter { !found.groups.contains($0) && !comes($0) }
      if !unknown.isEmpty {
        refuse(
          .users, "\(user.name) is to be in \(unknown.joined(separator: ", ")), and there is no such group",
          "add the package that brings it, or remove it from 'groups'")
      }
      let groups = user.groups.filter { !unknown.contains($0) && !(account?.groups.contains($0) ?? false) }
      if !groups.isEmpty {
        add(
          .users, .addToGroups(user: user.name, groups: groups),
          "put \(user.name) into \(groups.joined(separator: ", "))", observed: "not a member")
      }
      let keys = user.keys.map(Self.key).filter { key in !(account?.keys.contains { $0.key == key } ?? false) }
      if !keys.isEmpty {
        let count = keys.count == 1 ? "a key" : "\(keys.count) keys"
        add(
          .users, .authorizeKeys(user: user.name, keys: keys), "let \(count) log in as \(user.name)",
          observed: "not among the authorized keys")
      }
      if user.sudo { sudo(user.name) }
    }
  }

  /// Whether a group comes with a package that is installed before.
  private func comes(_ group: String) -> Bool { group == "sudo" && desired.packages.contains("sudo") }

  private mutating func sudo(_ user: String) {
    let file = Self.sudoFile(user)
    guard let files = need(facts.files, .users, for: "\(file.path)", "install coreutils"),
      let difference = difference(file, in: files)
    else { return }
    add(.users, .allowSudo(file), "let \(user) use sudo without a password", observed: "\(file.path) is \(difference)")
  }

  static func sudoFile(_ user: String) -> DesiredFile {
    DesiredFile(
      path: "/etc/sudoers.d/90-croft-\(user)", content: Array("\(user) ALL=(ALL:ALL) NOPASSWD: ALL\n".utf8),
      mode: "0440", stage: .users)
  }

  /// A public key without its comment.
  static func key(_ line: String) -> String {
    line.split(separator: " ").prefix(2).joined(separator: " ")
  }

  // MARK: The SSH server

  mutating func sshServer() {
    guard let file = desired.sshServerFile, let spec = desired.machines.sshd else { return }
    let login = facts.host.user
    guard let files = need(facts.files, .ssh, for: file.path, "install coreutils"),
      let users = need(facts.users, .ssh, for: "its users", "install libc-bin"),
      let settings = need(facts.sshd, .ssh, for: "what its SSH server does", "mend its settings: 'sshd -t' shows why")
    else { return }
    if let allowed = desired.rendered.allowedUsers, !allowed.contains(login) {
      refuse(
        .ssh, "only \(allowed.joined(separator: ", ")) may log in, and Croft logs in as \(login)",
        "add \(login) to 'machines.sshd.allowUsers', or write 'ssh.user' of \(node.name)")
      return
    }
    if !spec.passwords, !hasKey(login, users) { return }
    if let difference = difference(file, in: files) ?? pending("ssh") {
      add(
        .ssh, .setSSHServer(file),
        spec.passwords
          ? "let only some users log in" : "let keys alone log in, and only users who may",
        observed: "\(file.path) \(difference)", impact: [.revertsByItself])
      return
    }
    let other = Self.settings(in: file).filter { name, value in !(settings[name]?.contains(value) ?? false) }
    if !other.isEmpty {
      refuse(
        .ssh,
        "its SSH server does not heed \(file.path): \(other.map(\.name).joined(separator: ", ")) is set otherwise",
        "let /etc/ssh/sshd_config start with 'Include /etc/ssh/sshd_config.d/*.conf'")
    }
  }

  /// The settings as 'sshd -T' names them.
  private static func settings(in file: DesiredFile) -> [(name: String, value: String)] {
    String(decoding: file.content, as: UTF8.self).split(separator: "\n").flatMap { line in
      let words = line.split(separator: " ").map(String.init)
      let name = words[0].lowercased()
      return words.dropFirst().map {
        (name, name == "permitrootlogin" && $0 == "prohibit-password" ? "without-password" : $0)
      }
    }
  }

  /// Whether the user that Croft logs in as has a key, the one in use where that is known; refuses otherwise.
  private mutating func hasKey(_ login: String, _ users: HostFacts.Users) -> Bool {
    let coming = desired.machines.users.first { $0.name == login }?.keys.map(Self.key) ?? []
    let there = (users.users[login]?.keys ?? []).filter { !$0.isRestricted }.map(\.key) + coming
    let used = keys.map(Self.key)
    if there.isEmpty || !used.isEmpty && !used.contains(where: there.contains) {
      refuse(
        .ssh,
        there.isEmpty
          ? "no key may log in as \(login), so without passwords nobody could"
          : "the key that Croft logs in with is not among those of \(login)",
        "add your public key to 'machines.users', for the user \(login), or run 'ssh-copy-id'")
      return false
    }
    return true
  }
}
