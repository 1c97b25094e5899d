import YAML

extension Shape {
  fileprivate static func address(
    _ expected: String, _ noun: String, _ parse: @escaping @Sendable (String) throws(AddressError) -> Value
  ) -> Shape {
    scalar(expected) { text throws(Fault) in
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
    address("an address such as 192.168.1.10 or fd00::10", "an address") { text throws(AddressError) in
      try IPAddress(parsing: text)
    }
  }
}

extension Shape where Value == CIDR {
  package static var cidr: Shape {
    address("a network such as 192.168.1.0/24 or fd00::/64", "a network") { text throws(AddressError) in
      try CIDR(parsing: text)
    }
  }
}

extension Shape where Value == AddressRange {
  package static var range: Shape {
    address("a range such as 192.168.1.40-192.168.1.47 or 192.168.1.48/29", "a range") { text throws(AddressError) in
      try AddressRange(parsing: text)
    }
  }
}

extension Shape where Value == String {
  /// A DNS name, possibly with a wildcard, or an address: what a certificate can be made out to.
  package static var certificateName: Shape {
    scalar("a host name or an address") { text throws(Fault) in
      if (try? IPAddress(parsing: text)) != nil { return text }
      try Name.checkSubdomain(text.hasPrefix("*.") ? String(text.dropFirst(2)) : text, "a host name or an address")
      return text
    }
  }

  /// `http://…` or `https://…`
  package static var webAddress: Shape {
    let expected = "a URL such as https://charts.example.net"
    return scalar(expected, schema: Schema.pattern("^https?://[^/\\s]+")) { text throws(Fault) in
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
    return scalar(expected, schema: Schema.pattern("^oci://[^/\\s]+/\\S+$")) { text throws(Fault) in
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
