import JSON
import YAML

// What machines and their files are called.

extension Shape where Value == String {
  package static var absolutePath: Shape {
    scalar("a path from the root such as /srv/data", schema: Schema.pattern("^/")) { text throws(Fault) in
      guard text.hasPrefix("/"), !text.utf8.contains(where: { $0 < 0x20 }) else {
        throw Fault(
          code: "CR0213", message: "'\(text.shortened)' is not a path from the root", fix: "start it with '/'")
      }
      return text
    }
  }

  /// `/dev/…`
  package static var device: Shape {
    scalar("a device such as /dev/nvme0n1", schema: Schema.pattern("^/dev/[^\\s]+$")) { text throws(Fault) in
      guard text.hasPrefix("/dev/"), text.count > 5, !text.contains(where: \.isWhitespace) else {
        throw Fault(
          code: "CR0213", message: "'\(text.shortened)' is not a device file",
          fix: "write one such as /dev/nvme0n1, or better its name below /dev/disk/by-id")
      }
      return text
    }
  }

  /// `6c:4b:90:11:22:33`, in lower case.
  package static var mac: Shape {
    scalar(
      "a MAC address such as 6c:4b:90:11:22:33",
      schema: Schema.pattern("^[0-9A-Fa-f]{2}([:-][0-9A-Fa-f]{2}){5}$")
    ) { text throws(Fault) in
      let parts = text.split(whereSeparator: { $0 == ":" || $0 == "-" })
      guard parts.count == 6, text.utf8.count == 17,
        parts.allSatisfy({ $0.utf8.count == 2 && $0.allSatisfy(\.isHexDigit) })
      else {
        throw Fault(
          code: "CR0207", message: "'\(text.shortened)' is not a MAC address",
          fix: "write six pairs of hexadecimal digits, such as 6c:4b:90:11:22:33, in quotes")
      }
      return parts.joined(separator: ":").lowercased()
    }
  }

  /// `0640`, as text with its leading zero.
  package static var fileMode: Shape {
    scalar("permissions such as 0640", schema: ["type": ["string", "integer"]]) { text throws(Fault) in
      let digits = text.hasPrefix("0o") ? text.dropFirst(2) : text[...]
      guard (3...4).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x37).contains($0) }) else {
        throw Fault(
          code: "CR0213", message: "'\(text.shortened)' is not a file's permissions",
          fix: "write octal digits, such as 0640")
      }
      return digits.utf8.count == 3 ? "0\(digits)" : String(digits)
    }
  }

  /// `SHA256:` and 43 characters of base64, as ssh-keygen -l shows it.
  package static var hostKey: Shape {
    scalar("a fingerprint such as SHA256:…", schema: Schema.pattern("^SHA256:[A-Za-z0-9+/]{43}$")) {
      text throws(Fault) in
      guard text.hasPrefix("SHA256:"), text.utf8.count == 50 else {
        throw Fault(
          code: "CR0213", message: "'\(text.shortened)' is not the fingerprint of a host key",
          fix: "write what 'ssh-keygen -l -f /etc/ssh/ssh_host_ed25519_key.pub' shows: SHA256: and 43 characters")
      }
      return text
    }
  }

  /// `21:30`
  package static var timeOfDay: Shape {
    scalar("a time of day such as 21:30", schema: Schema.pattern("^([01][0-9]|2[0-3]):[0-5][0-9]$")) {
      text throws(Fault) in
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }), let hour = Int(parts[0]),
        let minute = Int(parts[1]),
        (0...23).contains(hour), (0...59).contains(minute)
      else {
        throw Fault(
          code: "CR0209", message: "'\(text.shortened)' is not a time of day", fix: "write it as \"21:30\", in quotes")
      }
      return text
    }
  }
}
