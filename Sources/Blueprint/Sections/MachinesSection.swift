import Diagnostics
import JSON
import YAML

extension Shape where Value == MachinesSpec {
  static var machines: Shape {
    section("machines") { reader in
      var machines = MachinesSpec(span: reader.span)
      machines.packages =
        reader.optional("packages", .list(.debianPackage), "Debian packages, besides those that the platform needs.")
        ?? []
      machines.repositories =
        reader.optional("repositories", .list(.repository), "Where more Debian packages come from.") ?? []
      machines.users = reader.optional("users", .list(.machineUser), "Who has an account on the machines.") ?? []
      machines.sshd = reader.optional(
        "sshd", .sshServer,
        "Lets keys alone log in, and a few users. The user and the key that Croft comes with are never locked out.")
      machines.files = reader.optional("files", .list(.machineFile), "More files of the machines.") ?? []
      machines.units = reader.optional("units", .list(.machineUnit), "More units of systemd.") ?? []
      machines.sysctls =
        reader.optional(
          "sysctl", .sysctls, "Settings of the kernel, such as vm.max_map_count, besides those that pods need.") ?? []
      machines.modules =
        reader.optional("modules", .list(.kernelModule), "Kernel modules, besides those that the platform needs.")
        ?? []
      machines.kernelArgs =
        reader.optional(
          "kernelArgs", .list(.kernelArgument),
          "Words of the kernel's command line. A machine is restarted where the running kernel lacks one.") ?? []
      machines.timeServers =
        reader.optional(
          "timeServers", .list(.certificateName), "Where the time is asked for. By default where Debian asks.") ?? []
      machines.logs = reader.optional("logs", .logs, "How much of the journal is kept. By default what systemd keeps.")
      return machines
    }
  }
}

extension Shape where Value == MachinesSpec.Repository {
  fileprivate static var repository: Shape {
    section("a repository") { reader in
      let name = reader.required(
        "name", .label("the name of a repository"), "What its files below /etc/apt are called.")
      let address = reader.required("url", .webAddress, "Where it is.")
      let suite = reader.required(
        "suite", .filled("a suite such as bookworm"), "Its suite, or a path with / at its end.")
      let components = reader.optional(
        "components", .list(.filled("a component such as main")), "Its components; none where 'suite' is a path.")
      let key = reader.required(
        "key", .path("a public key"),
        "The file beside the cluster file with the public OpenPGP key that it is signed with.")
      guard let name, let address, let suite, let key else { return nil }
      return MachinesSpec.Repository(
        name: name, address: address, suite: suite, components: components ?? (suite.hasSuffix("/") ? [] : ["main"]),
        key: key, span: reader.span)
    }
  }
}

extension Shape where Value == MachinesSpec.User {
  fileprivate static var machineUser: Shape {
    section("a user") { reader in
      let name = reader.required("name", .located(.label("the name of a user", longest: 31)), "The user's name.")
      let groups = reader.optional(
        "groups", .list(.label("the name of a group", longest: 31)), "Groups besides the user's own, such as sudo.")
      let keys = reader.optional(
        "keys", .list(.publicKey), "Public SSH keys that may log in. Others that are there already stay.")
      let sudo = reader.optional("sudo", .truth, "Whether sudo asks the user for no password.", byDefault: false)
      let shell = reader.optional("shell", .absolutePath, "The login shell of a new user.", byDefault: "/bin/bash")
      guard let name else { return nil }
      var user = MachinesSpec.User(name: name.value, span: name.span)
      user.groups = groups ?? []
      user.keys = keys ?? []
      user.sudo = sudo ?? false
      user.shell = shell ?? user.shell
      return user
    }
  }
}

extension Shape where Value == MachinesSpec.SSHServer {
  fileprivate static var sshServer: Shape {
    section("sshd") { reader in
      var server = MachinesSpec.SSHServer(span: reader.span)
      server.allowUsers =
        reader.optional(
          "allowUsers", .list(.label("the name of a user", longest: 31)),
          "Who may log in. By default the user that Croft logs in as, and those of 'users' with keys.") ?? []
      server.passwords =
        reader.optional("passwords", .truth, "Whether passwords let in too.", byDefault: false) ?? false
      return server
    }
  }
}

extension Shape where Value == MachinesSpec.File {
  fileprivate static var machineFile: Shape {
    section("a file") { reader in
      let path = reader.required("path", .absolutePath, "Where it is on the machines.")
      let content = reader.content("It")
      let mode = reader.optional("mode", .fileMode, "Its permissions.", byDefault: "0644")
      let owner = reader.optional("owner", .label("the name of a user", longest: 31), "Its owner.", byDefault: "root")
      let group = reader.optional("group", .label("the name of a group", longest: 31), "Its group.", byDefault: "root")
      guard let path, let content else { return nil }
      var file = MachinesSpec.File(path: path, content: content, span: reader.span)
      file.mode = mode ?? file.mode
      file.owner = owner ?? file.owner
      file.group = group ?? file.group
      return file
    }
  }
}

extension Shape where Value == MachinesSpec.Unit {
  fileprivate static var machineUnit: Shape {
    section("a unit") { reader in
      let name = reader.required("name", .unitName, "Its name with its suffix, such as backup.timer.")
      let content = reader.content("Its file below /etc/systemd/system")
      let enabled = reader.optional(
        "enabled", .truth, "Whether it is started, now and with the machine.", byDefault: true)
      guard let name, let content else { return nil }
      var unit = MachinesSpec.Unit(name: name, content: content, span: reader.span)
      unit.isEnabled = enabled ?? true
      return unit
    }
  }
}

extension Shape where Value == MachinesSpec.Logs {
  fileprivate static var logs: Shape {
    section("logs") { reader in
      var logs = MachinesSpec.Logs()
      logs.size = reader.optional("size", .located(.quantity("500Mi")), "How large the journal gets.")
      logs.keep = reader.optional("keep", .duration, "How old it gets, such as 720h.")
      return logs
    }
  }
}

extension Shape where Value == [MachinesSpec.Setting] {
  fileprivate static var sysctls: Shape {
    let value = Shape<String>.filled("a value such as 262144")
    return .map(
      "a mapping of settings, such as vm.max_map_count: 262144",
      names: Schema.words(matching: "^[a-z0-9_]+([./][A-Za-z0-9_*-]+)+$"),
      values: value.schema
    ) { entry, problems in
      guard entry.key.contains("."), entry.key.utf8.allSatisfy({ Name.isAlphanumeric($0) || "._-/*".utf8.contains($0) })
      else {
        problems.report(
          "CR0213", "'\(entry.key)' is not a setting of the kernel", at: entry.keySpan,
          fix: "write its name with dots, such as vm.max_map_count")
        return nil
      }
      return value.read(entry.value, problems).map { MachinesSpec.Setting(name: entry.key, value: $0) }
    }
  }
}

extension MappingReader {
  /// `content` or `source`, one of the two.
  fileprivate mutating func content(_ subject: String) -> MachinesSpec.FileContent? {
    let choice = choose(among: ["content", "source"])
    let content = optional("content", .text, "\(subject): what is in it.")
    let source = optional("source", .path("a file beside the cluster file"), "\(subject): the file with what is in it.")
    if choice == .none {
      reportMissing(
        ["content", "source"], code: "CR0203", "\(self.subject) needs 'content' or 'source'", at: span,
        fix: "add one of the two")
    }
    return content.map { .text($0) } ?? source.map { .file($0) }
  }
}

extension Shape where Value == String {
  /// https://www.debian.org/doc/debian-policy/ch-controlfields.html#source
  package static var debianPackage: Shape {
    scalar("a Debian package such as htop", schema: Schema.words(matching: "^[a-z0-9][a-z0-9+.-]+$")) {
      text throws(Fault) in
      guard text.utf8.count > 1, text.utf8.first.map(Name.isLowerOrDigit) ?? false,
        text.utf8.allSatisfy({ Name.isLowerOrDigit($0) || "+.-".utf8.contains($0) })
      else {
        throw Fault(
          code: "CR0213", message: "'\(text.shortened)' is not the name of a Debian package",
          fix: "write a-z, 0-9, '+', '-' and '.', such as nfs-common")
      }
      return text
    }
  }

  fileprivate static var kernelModule: Shape {
    scalar("a kernel module such as dm_crypt", schema: Schema.words(matching: "^[A-Za-z0-9_-]+$")) {
      text throws(Fault) in
      guard !text.isEmpty, text.utf8.allSatisfy({ Name.isAlphanumeric($0) || "_-".utf8.contains($0) }) else {
        throw Fault(
          code: "CR0213", message: "'\(text.shortened)' is not the name of a kernel module",
          fix: "write what 'lsmod' shows, such as dm_crypt")
      }
      return text
    }
  }

  /// https://www.freedesktop.org/software/systemd/man/latest/systemd.unit.html
  fileprivate static var unitName: Shape {
    let suffixes = ["service", "timer", "socket", "path", "mount", "slice", "target"]
    return scalar(
      "a unit such as backup.timer",
      schema: Schema.words(matching: "^[A-Za-z0-9:_.\\\\@-]+\\.(\(suffixes.joined(separator: "|")))$")
    ) { text throws(Fault) in
      let parts = text.split(separator: ".")
      guard parts.count > 1, let suffix = parts.last, suffixes.contains(String(suffix)), !text.hasPrefix("."),
        text.utf8.allSatisfy({ Name.isAlphanumeric($0) || ":_.\\@-".utf8.contains($0) })
      else {
        throw Fault(
          code: "CR0213", message: "'\(text.shortened)' is not the name of a unit",
          fix: "write its name with its suffix, such as backup.service or backup.timer")
      }
      return text
    }
  }
}
