import Diagnostics
import JSON
import YAML

extension Shape where Value == NixOSSpec {
  static var nixos: Shape {
    section("nixos") { reader in
      var nixos = NixOSSpec(span: reader.span)
      nixos.release =
        reader.optional(
          "release", .nixosRelease, "The release of nixpkgs that the machines are built from.",
          byDefault: .string(NixOSSpec.defaultRelease)) ?? nixos.release
      nixos.stateVersion = reader.optional(
        "stateVersion", .nixosRelease,
        "The release that the machines were installed with. By default 'release'; write it down before you change that."
      )
      nixos.fileSystem =
        reader.optional(
          "fileSystem", Shape<NixOSSpec.FileSystem>.choice, "What the system disk is formatted with.",
          byDefault: "btrfs") ?? .btrfs
      nixos.keepRoots =
        reader.optional(
          "keepRoots", .whole(0...3650, "a number of days"),
          "The root file system is new at every start; how many days the old ones are kept.", byDefault: 30) ?? 30
      nixos.persist =
        reader.optional(
          "persist", .list(.absolutePath), "More paths that outlive the root file system, on every machine.") ?? []
      nixos.users = reader.optional("users", .list(.nixosUser), "Who has an account on the machines.") ?? []
      nixos.rootKeys =
        reader.optional("rootKeys", .list(.publicKey), "Public SSH keys that may log in as root, as Colmena does.")
        ?? []
      nixos.ageKey =
        reader.optional(
          "ageKey", .absolutePath, "Where the machines have the private age key.", byDefault: .string(nixos.ageKey))
        ?? nixos.ageKey
      nixos.deploys =
        reader.optional(
          "deploy", .truth,
          "Whether the first server rolls out the releases by itself, without Croft. Not with a GitOps engine.",
          byDefault: true) ?? true
      return nixos
    }
  }
}

extension Shape where Value == NixOSSpec.User {
  fileprivate static var nixosUser: Shape {
    section("a user") { reader in
      let name = reader.required("name", .located(.label("the name of a user", longest: 31)), "The user's name.")
      let groups = reader.optional(
        "groups", .list(.label("the name of a group", longest: 31)), "Groups besides the user's own, such as wheel.")
      let keys = reader.optional("keys", .list(.publicKey), "Public SSH keys that may log in.")
      let persist = reader.optional(
        "persist", .list(.homeFolder), "Folders of the home folder that outlive the root file system.")
      guard let name else { return nil }
      var user = NixOSSpec.User(name: name.value, span: name.span)
      user.groups = groups ?? []
      user.keys = keys ?? []
      user.persist = persist ?? []
      return user
    }
  }
}

extension Shape where Value == String {
  /// `25.11` or `unstable`: with `nixos-` before it a branch of nixpkgs.
  fileprivate static var nixosRelease: Shape {
    scalar("a release of NixOS such as 25.11", schema: Schema.words(matching: "^([2-9][0-9]\\.(05|11)|unstable)$")) {
      text throws(Fault) in
      let parts = text.split(separator: ".", omittingEmptySubsequences: false)
      let isRelease =
        parts.count == 2 && parts[0].utf8.count == 2 && parts[0].first.map { ("2"..."9").contains($0) } ?? false
        && parts[0].utf8.allSatisfy { (0x30...0x39).contains($0) } && ["05", "11"].contains(parts[1])
      guard isRelease || text == "unstable" else {
        throw Fault(
          code: "CR0213", message: "'\(text.shortened)' is not a release of NixOS",
          fix: "write one such as 25.11, or unstable")
      }
      return text
    }
  }

  /// `ssh-ed25519 AAAA… comment`
  static var publicKey: Shape {
    scalar(
      "a public SSH key such as ssh-ed25519 AAAA…",
      schema: Schema.words(
        matching: "^(ssh-(ed25519|rsa)|ecdsa-sha2-nistp(256|384|521)|sk-[a-z0-9-]+@openssh\\.com) \\S+( .*)?$")
    ) { text throws(Fault) in
      let words = text.split(separator: " ")
      let kinds = ["ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"]
      let isSecurityKey = words.first.map { $0.hasPrefix("sk-") && $0.hasSuffix("@openssh.com") } ?? false
      guard words.count > 1, isSecurityKey || words.first.map({ kinds.contains(String($0)) }) ?? false,
        !text.contains(where: \.isNewline)
      else {
        throw Fault(
          code: "CR0213", message: "'\(text.shortened)' is not a public SSH key",
          fix: "write the line of a .pub file: ssh-ed25519 and what follows")
      }
      return text
    }
  }

  /// `.ssh`, `Documents`: from the home folder, and inside it.
  fileprivate static var homeFolder: Shape {
    scalar(
      "a folder of the home folder such as .ssh", schema: Schema.words(matching: "^(?!.*(^|/)\\.\\.(/|$))[^/].*$")
    ) { text throws(Fault) in
      guard !text.isEmpty, !text.hasPrefix("/"), !text.split(separator: "/").contains("..") else {
        throw Fault(
          code: "CR0213", message: "'\(text.shortened)' is not a folder inside a home folder",
          fix: "write it from the home folder on: .ssh, Documents")
      }
      return text
    }
  }
}
