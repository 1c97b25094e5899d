import JSON
import YAML

// What machines and their files are called.

extension Shape where Value == String {
  package static var absolutePath: Shape {
    scalar("a path from the root such as /srv/data", schema: Schema.words(matching: "^/")) { text throws(Fault) in
      guard text.hasPrefix("/"), !text.utf8.contains(where: { $0 < 0x20 }) else {
        throw Fault(
          code: "CR0213", message: "'\(text.shortened)' is not a path from the root", fix: "start it with '/'")
      }
      return text
    }
  }

  /// `/dev/…`
  package static var device: Shape {
    scalar("a device such as /dev/nvme0n1", schema: Schema.words(matching: "^/dev/[^\\s]+$")) { text throws(Fault) in
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
      schema: Schema.words(matching: "^[0-9A-Fa-f]{2}([:-][0-9A-Fa-f]{2}){5}$")
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
    scalar("permissions such as 0640", schema: Schema.pattern("^(0o)?[0-7]{3,4}$")) { text throws(Fault) in
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
    scalar("a fingerprint such as SHA256:…", schema: Schema.words(matching: "^SHA256:[A-Za-z0-9+/]{43}$")) {
      text throws(Fault) in
      guard text.hasPrefix("SHA256:"), text.utf8.count == 50,
        text.utf8.dropFirst(7).allSatisfy({ Name.isAlphanumeric($0) || $0 == 0x2B || $0 == 0x2F })
      else {
        throw Fault(
          code: "CR0213", message: "'\(text.shortened)' is not the fingerprint of a host key",
          fix: "write what 'ssh-keygen -l -f /etc/ssh/ssh_host_ed25519_key.pub' shows: SHA256: and 43 characters")
      }
      return text
    }
  }

  /// `21:30`
  package static var timeOfDay: Shape {
    scalar("a time of day such as 21:30", schema: Schema.words(matching: "^([01][0-9]|2[0-3]):[0-5][0-9]$")) {
      text throws(Fault) in
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      let isTwoDigits = parts.allSatisfy { $0.utf8.count == 2 && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
      guard parts.count == 2, isTwoDigits, parts[0] < "24", parts[1] < "60" else {
        throw Fault(
          code: "CR0209", message: "'\(text.shortened)' is not a time of day",
          fix: "write hours from 00 to 23 and minutes from 00 to 59, such as \"07:30\"")
      }
      return text
    }
  }
}

extension Shape where Value == String {
  /// A network interface, as the kernel names it: at most 15 characters.
  package static var interface: Shape {
    scalar("an interface such as eth0", schema: Schema.pattern("^[^\\s/]{1,15}$")) { text throws(Fault) in
      guard (1...15).contains(text.utf8.count), !text.contains(where: { $0.isWhitespace || $0 == "/" }) else {
        throw Fault(
          code: "CR0206", message: "'\(text.shortened)' is not the name of an interface",
          fix: "write what 'ip link' shows, such as eth0: at most 15 characters, without spaces and '/'")
      }
      return text
    }
  }

  /// The id of an Image Factory schematic: a SHA-256 (https://docs.siderolabs.com/talos, "Image Factory").
  package static var schematic: Shape {
    scalar("the id of a schematic", schema: Schema.words(matching: "^[0-9a-f]{64}$")) { text throws(Fault) in
      guard text.utf8.count == 64, text.utf8.allSatisfy({ Name.isHexDigit($0) }) else {
        throw Fault(
          code: "CR0213", message: "'\(text.shortened)' is not the id of a schematic",
          fix: "write the 64 digits, 0-9 and a-f, that the Image Factory shows")
      }
      return text
    }
  }

  /// `siderolabs/iscsi-tools`
  package static var talosExtension: Shape {
    scalar("an extension such as siderolabs/iscsi-tools", schema: Schema.words(matching: "^[a-z0-9-]+/[a-z0-9._-]+$")) {
      text throws(Fault) in
      let parts = text.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.count == 2, Name.isLabel(parts[0]), Name.isLabelValue(parts[1]), !parts[1].isEmpty,
        text == text.lowercased()
      else {
        throw Fault(
          code: "CR0213", message: "'\(text.shortened)' is not a system extension",
          fix: "write its owner and its name, such as siderolabs/iscsi-tools, without a version")
      }
      return text
    }
  }

  /// A word of the kernel's command line: `net.ifnames=0`.
  package static var kernelArgument: Shape {
    scalar(
      "a kernel argument such as net.ifnames=0",
      schema: Schema.words(matching: "^-?[A-Za-z][A-Za-z0-9_.,:=/+@%-]*[A-Za-z0-9_.,=/+@%-]$")
    ) { text throws(Fault) in
      let word = text.hasPrefix("-") ? text.dropFirst() : text[...]
      let first = word.utf8.first ?? 0
      guard word.utf8.count >= 2, (first | 0x20) >= 0x61, (first | 0x20) <= 0x7A, !word.hasSuffix(":"),
        word.utf8.allSatisfy({ Name.isAlphanumeric($0) || "_.,:=/+@%-".utf8.contains($0) })
      else {
        throw Fault(
          code: "CR0213", message: "'\(text.shortened)' is not a kernel argument",
          fix: "write one word for each, such as net.ifnames=0")
      }
      return text
    }
  }

  /// `8080:80@loadbalancer`: a port of the host, one of the cluster, and where it leads, as k3d has them
  /// (https://k3d.io/stable/usage/exposing_services/).
  package static var k3dPort: Shape {
    let pattern = "^([0-9.]+:)?[0-9]+(-[0-9]+)?(:[0-9]+(-[0-9]+)?)?(/(tcp|udp))?(@[^@\\s]+)*$"
    return scalar("a port such as 8080:80@loadbalancer", schema: Schema.pattern(pattern)) { text throws(Fault) in
      let parts = text.split(separator: "@", omittingEmptySubsequences: false)
      var ports = parts[0].split(separator: ":", omittingEmptySubsequences: false)
      if ports.count == 3, (try? IPAddress(parsing: String(ports[0]))) != nil { ports.removeFirst() }
      if let last = ports.last, let slash = last.firstIndex(of: "/"), ["/tcp", "/udp"].contains(last[slash...]) {
        ports[ports.count - 1] = last[..<slash]
      }
      let isRange = ports.allSatisfy { port in
        let ends = port.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        return (1...2).contains(ends.count) && ends.allSatisfy { $0.map((1...65535).contains) ?? false }
      }
      guard (1...2).contains(ports.count), isRange,
        parts.dropFirst().allSatisfy({ !$0.isEmpty && !$0.contains(where: \.isWhitespace) })
      else {
        throw Fault(
          code: "CR0213", message: "'\(text.shortened)' is not a port as k3d writes them",
          fix: "write the host's port, the cluster's and where it leads, such as 8080:80@loadbalancer")
      }
      return text
    }
  }
}
