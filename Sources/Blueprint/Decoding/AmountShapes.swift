import YAML

extension Shape where Value == Duration {
  /// `90s`, `10m`, `1h30m`: whole numbers with h, m and s, each at most once, in this order.
  package static var duration: Shape {
    let expected = "a duration such as 90s, 10m or 1h30m"
    return scalar(expected, schema: Schema.words(matching: "^(?=[0-9])([0-9]{1,7}h)?([0-9]{1,7}m)?([0-9]{1,7}s)?$")) {
      text throws(Fault) in
      guard let seconds = seconds(text) else {
        throw Fault(
          code: "CR0209", message: "'\(text.shortened)' is not a duration",
          fix: Int(text).map { "write \($0)s for seconds, \($0)m for minutes" } ?? "write \(expected)")
      }
      guard seconds > 0 else {
        throw Fault(code: "CR0209", message: "a duration of nothing leaves no time", fix: "write \(expected)")
      }
      return .seconds(seconds)
    }
  }

  private static func seconds(_ text: String) -> Int? {
    var rest = text[...]
    var total = 0
    for (unit, seconds) in [("h", 3600), ("m", 60), ("s", 1)] as [(Character, Int)] {
      guard let end = rest.firstIndex(of: unit) else { continue }
      // Seven digits of hours are a thousand years: nothing overflows.
      guard (1...7).contains(rest[..<end].utf8.count), rest[..<end].allSatisfy({ $0.isASCII && $0.isNumber }),
        let count = Int(rest[..<end])
      else { return nil }
      total += count * seconds
      rest = rest[rest.index(after: end)...]
    }
    return rest.isEmpty && !text.isEmpty ? total : nil
  }
}

extension Shape where Value == String {
  /// A Kubernetes quantity above zero: a number with m, k, M, G, T, P, E, Ki, Mi, Gi, Ti, Pi or Ei.
  /// https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
  package static func quantity(_ example: String) -> Shape {
    scalar(
      "a quantity such as \(example)",
      schema: Schema.pattern("^[0-9]+(\\.[0-9]+)?([numkMGTPE]|[KMGTPE]i|[eE][-+]?[0-9]{1,2})?$")
    ) { text throws(Fault) in
      let digits = text.prefix { $0.isASCII && $0.isNumber || $0 == "." }
      let suffix = text[digits.endIndex...]
      let isNumber =
        digits.contains { $0 != "." } && digits.count { $0 == "." } <= 1 && !digits.hasPrefix(".")
        && !digits.hasSuffix(".")
      let suffixes = ["", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"]
      guard isNumber, suffixes.contains(String(suffix)) || isExponent(suffix) else {
        let units = example.hasSuffix("i") ? ["k": "Ki", "m": "Mi", "g": "Gi", "t": "Ti"] : ["m": "m"]
        let meant = units[suffix.lowercased().prefix(1).description]
        throw Fault(
          code: "CR0208", message: "'\(text.shortened)' is not a quantity",
          fix: isNumber && suffix.count <= 3 && meant != nil
            ? "did you mean \(digits)\(meant ?? "")?" : "write a number and a unit, such as \(example)")
      }
      guard digits.contains(where: { $0 != "0" && $0 != "." }) else {
        throw Fault(code: "CR0208", message: "a quantity of nothing", fix: "write one above zero, such as \(example)")
      }
      return text
    }
  }

  /// How many of several: `2` or `50%`.
  package static var countOrPercentage: Shape {
    scalar("a number of pods, or a percentage such as 50%", schema: Schema.pattern("^(100|[1-9]?[0-9])%$|^[0-9]+$")) {
      text throws(Fault) in
      let digits = text.hasSuffix("%") ? text.dropLast() : text[...]
      guard (1...4).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
        let value = Int(digits), !text.hasSuffix("%") || value <= 100
      else {
        throw Fault(
          code: "CR0212", message: "'\(text.shortened)' is neither a number of pods nor a percentage",
          fix: "write one such as 1 or 50%")
      }
      return text
    }
  }

  private static func isExponent(_ text: Substring) -> Bool {
    guard text.first == "e" || text.first == "E" else { return false }
    let digits = text.dropFirst().drop { $0 == "+" || $0 == "-" }
    return text.utf8.count - digits.utf8.count <= 2 && (1...2).contains(digits.utf8.count)
      && digits.allSatisfy { $0.isASCII && $0.isNumber }
  }

  /// A version of Kubernetes: `v1.33.4` or, of a distribution, `v1.33.4+k3s1`.
  package static var kubernetesVersion: Shape { version(of: "Kubernetes", "v1.33.4 or v1.33.4+k3s1") }

  /// `v1.11.0`
  package static func version(of product: String, _ examples: String) -> Shape {
    scalar(
      "a version such as \(examples)", schema: Schema.words(matching: "^v[0-9]+(\\.[0-9]+){2}([-+][-+.A-Za-z0-9]+)?$")
    ) { text throws(Fault) in
      let bare = text.hasPrefix("v") ? String(text.dropFirst()) : text
      guard Version.isExact(bare, parts: 3...3) else {
        throw Fault(
          code: "CR0210", message: "'\(text.shortened)' is not a version of \(product)",
          fix: "write all three numbers, as in \(examples)")
      }
      guard text.hasPrefix("v") else {
        throw Fault(
          code: "CR0210", message: "the version '\(text.shortened)' lacks its 'v'", fix: "write v\(text.shortened)")
      }
      return text
    }
  }

  /// An exact version of a chart (https://semver.org), taken as it is written: `1.10` is not `1.1`.
  package static var chartVersion: Shape {
    scalar("a version such as 1.28.0", schema: Schema.pattern("^v?[0-9]+(\\.[0-9]+){0,2}([-+][-+.A-Za-z0-9]+)?$")) {
      text throws(Fault) in
      guard Version.isExact(text.hasPrefix("v") ? String(text.dropFirst()) : text, parts: 1...3) else {
        throw Fault(
          code: "CR0210", message: "'\(text.shortened)' is not the exact version of a chart",
          fix: "write one version, such as 1.28.0; ranges such as ^1.2 or latest would change under you")
      }
      return text
    }
  }
}

enum Version {
  /// Numbers with dots, then perhaps `-pre.release` and `+build.data`.
  static func isExact(_ text: String, parts: ClosedRange<Int>) -> Bool {
    let build = text.split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)
    let release = build[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    let numbers = release[0].split(separator: ".", omittingEmptySubsequences: false)
    return parts.contains(numbers.count) && numbers.allSatisfy(isNumber)
      && release.dropFirst().allSatisfy(isIdentifiers)
      && build.dropFirst().allSatisfy(isIdentifiers)
  }

  private static func isNumber(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) } && (text.utf8.count == 1 || text.first != "0")
  }

  private static func isIdentifiers(_ text: Substring) -> Bool {
    text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
      !part.isEmpty && part.utf8.allSatisfy { Name.isAlphanumeric($0) || $0 == 0x2D }
    }
  }
}
