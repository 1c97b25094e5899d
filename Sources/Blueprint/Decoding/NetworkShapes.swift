import JSON
import YAML

extension Shape {
  fileprivate static func address(
    _ expected: String, _ noun: String, _ schema: @autoclosure @escaping @Sendable () -> JSON,
    _ parse: @escaping @Sendable (String) throws(AddressError) -> Value
  ) -> Shape {
    scalar(expected, schema: schema()) { text throws(Fault) in
      do throws(AddressError) {
        return try parse(text)
      } catch {
        throw Fault(
          code: "CR0207", message: "'\(text.shortened)' is not \(noun): \(error.reason)", fix: "write \(expected)")
      }
    }
  }
}

extension Shape where Value == IPAddress {
  package static var address: Shape {
    address("an address such as 192.168.1.10 or fd00::10", "an address", Schema.address) { text throws(AddressError) in
      try IPAddress(parsing: text)
    }
  }
}

extension Shape where Value == CIDR {
  package static var cidr: Shape {
    address("a network such as 192.168.1.0/24 or fd00::/64", "a network", Schema.network) { text throws(AddressError) in
      try CIDR(parsing: text)
    }
  }
}

extension Shape where Value == AddressRange {
  package static var range: Shape {
    address("a range such as 192.168.1.40-192.168.1.47 or 192.168.1.48/29", "a range", Schema.range) {
      text throws(AddressError) in
      try AddressRange(parsing: text)
    }
  }
}

extension Shape where Value == String {
  /// A DNS name, possibly with a wildcard, or an address: what a certificate can be made out to.
  package static var certificateName: Shape {
    scalar("a host name or an address", schema: Schema.pattern("^(\\*\\.)?[-.:A-Fa-z0-9]+$")) { text throws(Fault) in
      if (try? IPAddress(parsing: text)) != nil { return text }
      try Name.checkSubdomain(text.hasPrefix("*.") ? String(text.dropFirst(2)) : text, "a host name or an address")
      return text
    }
  }

  /// A DNS name that clients ask for, possibly with a wildcard.
  package static var hostName: Shape {
    let expected = "a host name such as paper or paper.example.net"
    let label = Schema.labelPattern
    return scalar(expected, schema: Schema.pattern("^(\\*\\.)?\(label)(\\.\(label))*$", longest: 253)) {
      text throws(Fault) in
      if (try? IPAddress(parsing: text)) != nil {
        throw Fault(
          code: "CR0206", message: "'\(text.shortened)' is an address, and a host name is wanted",
          fix: "write \(expected)"
        )
      }
      let parts = text.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 {
        throw Fault(
          code: "CR0206", message: "'\(text.shortened)' is a URL, and a host name is wanted",
          fix: "write \(parts[1].prefix { $0 != "/" && $0 != ":" })")
      }
      try Name.checkSubdomain(text.hasPrefix("*.") ? String(text.dropFirst(2)) : text, "a host name")
      return text
    }
  }

  /// `https://…`, `ssh://…` or `git@host:path`: what `git clone` takes.
  package static var gitRepository: Shape {
    let expected = "a repository such as https://git.example.net/home/cluster.git"
    let pattern = "^((https?|ssh|git|file)://\\S+|[^\\s:/@]+@[^\\s:/]+:\\S+)$"
    return scalar(expected, schema: Schema.words(matching: pattern)) { text throws(Fault) in
      let isURL = ["https://", "http://", "ssh://", "git://", "file://"].contains {
        text.hasPrefix($0) && text.utf8.count > $0.utf8.count
      }
      let parts = text.split(separator: ":", maxSplits: 1)
      let isAtHost =
        parts.count == 2 && !parts[0].contains("/")
        && parts[0].split(separator: "@", omittingEmptySubsequences: false).count { !$0.isEmpty } == 2
      guard isURL || isAtHost && !text.contains("://"), !text.contains(where: \.isWhitespace) else {
        throw Fault(
          code: "CR0213", message: "'\(text.shortened)' is not the URL of a repository",
          fix: "write what 'git clone' takes: https://host/path.git, ssh://git@host/path.git or git@host:path.git")
      }
      return text
    }
  }

  /// `http://…` or `https://…`
  package static var webAddress: Shape {
    let expected = "a URL such as https://charts.example.net"
    return scalar(expected, schema: Schema.words(matching: "^https?://[^/\\s]+")) { text throws(Fault) in
      let rest = ["https://", "http://"].first { text.hasPrefix($0) }.map { text.dropFirst($0.count) }
      guard let rest, let host = rest.split(separator: "/", omittingEmptySubsequences: false).first, !host.isEmpty,
        !text.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F })
      else {
        throw Fault(
          code: "CR0213", message: "'\(text.shortened)' is not a URL that starts with https:// or http://",
          fix: text.hasPrefix("oci://") ? "a chart from a registry is written 'oci: \(text)'" : "write \(expected)")
      }
      return text
    }
  }

  /// `oci://registry/path`
  package static var ociAddress: Shape {
    let expected = "a reference such as oci://registry.example.net/charts/web"
    return scalar(expected, schema: Schema.words(matching: "^oci://[^/\\s]+/\\S+$")) { text throws(Fault) in
      let parts = text.dropFirst(6).split(separator: "/", omittingEmptySubsequences: false)
      guard text.hasPrefix("oci://"), parts.count > 1, parts.allSatisfy({ !$0.isEmpty }), !text.contains(" ") else {
        throw Fault(
          code: "CR0213", message: "'\(text.shortened)' is not a chart in a registry: oci://registry/path/chart",
          fix: "write \(expected)")
      }
      guard let last = parts.last, !last.contains(":"), !last.contains("@") else {
        throw Fault(
          code: "CR0213", message: "the version of '\(text.shortened)' stands in the reference",
          fix: "write it as 'version:' beside 'oci:'")
      }
      return text
    }
  }
}
