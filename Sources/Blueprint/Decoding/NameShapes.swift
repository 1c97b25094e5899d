import Diagnostics
import JSON
import YAML

// Names as Kubernetes has them (https://kubernetes.io/docs/concepts/overview/working-with-objects/names/).

extension Shape where Value == String {
  /// An RFC 1123 label: what namespaces, releases and ports are called.
  package static func label(_ noun: String = "a name", longest: Int = 63) -> Shape {
    scalar("\(noun) (a-z, 0-9 and '-')", schema: Schema.label(longest: longest)) {
      text throws(Fault) in
      try Name.checkLabel(text, noun, longest: longest)
      return text
    }
  }

  /// An RFC 1123 subdomain: labels with dots between them, 253 characters at most.
  package static func subdomain(_ noun: String = "a name") -> Shape {
    scalar(
      "\(noun) (a-z, 0-9, '-' and '.')",
      schema: Schema.subdomain
    ) { text throws(Fault) in
      try Name.checkSubdomain(text, noun)
      return text
    }
  }
}

enum Name {
  static func checkLabel(_ text: String, _ noun: String = "a name", longest: Int = 63) throws(Fault) {
    guard text.utf8.count <= longest else {
      throw Fault(
        code: "CR0206",
        message: "'\(text.shortened)' has \(text.utf8.count) characters; \(noun) has at most \(longest)",
        fix: "shorten it")
    }
    guard isLabel(text) else {
      throw Fault(
        code: "CR0206", message: "'\(text.shortened)' is not \(noun): only a-z, 0-9 and '-', not at either end",
        fix: suggestion(text) { isLabel($0) && $0.utf8.count <= longest })
    }
  }

  static func checkSubdomain(_ text: String, _ noun: String) throws(Fault) {
    guard text.utf8.count <= 253 else {
      throw Fault(
        code: "CR0206", message: "'\(text.shortened)' has \(text.utf8.count) characters; \(noun) has at most 253",
        fix: "shorten it")
    }
    guard isSubdomain(text) else {
      throw Fault(
        code: "CR0206",
        message: "'\(text.shortened)' is not \(noun): only a-z, 0-9, '-' and '.', with a letter or digit at each end",
        fix: suggestion(text, keepingDots: true, isSubdomain))
    }
  }

  static func isLabel(_ text: String) -> Bool { isLabel(text[...]) }

  static func isLabel(_ text: Substring) -> Bool {
    guard let first = text.utf8.first, let last = text.utf8.last else { return false }
    return text.utf8.count <= 63 && text.utf8.allSatisfy { isLowerOrDigit($0) || $0 == 0x2D } && first != 0x2D
      && last != 0x2D
  }

  static func isSubdomain(_ text: String) -> Bool { isSubdomain(text[...]) }

  static func isSubdomain(_ text: Substring) -> Bool {
    text.utf8.count <= 253 && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { isLabel($0) }
  }

  /// `name` or `prefix/name`, as keys of labels, annotations and taints are.
  static func isQualified(_ text: String) -> Bool { isQualified(text[...]) }

  static func isQualified(_ text: Substring) -> Bool {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let name = parts.last, isLabelValue(name), !name.isEmpty else { return false }
    return parts.count == 1 || isSubdomain(parts[0])
  }

  /// At most 63 of letters, digits, '-', '_' and '.', starting and ending with a letter or digit; or nothing.
  static func isLabelValue(_ text: String) -> Bool { isLabelValue(text[...]) }

  static func isLabelValue(_ text: Substring) -> Bool {
    guard let first = text.utf8.first, let last = text.utf8.last else { return true }
    return text.utf8.count <= 63 && isAlphanumeric(first) && isAlphanumeric(last)
      && text.utf8.allSatisfy { isAlphanumeric($0) || [0x2D, 0x5F, 0x2E].contains($0) }
  }

  static func isHexDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
  }

  static func isLowerOrDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  static func isAlphanumeric(_ byte: UInt8) -> Bool {
    isLowerOrDigit(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
  }

  /// The name in lower case with '-' for what cannot be in it, where that makes it one.
  private static func suggestion(
    _ text: String, keepingDots: Bool = false, _ isName: (String) -> Bool
  ) -> String {
    let mended = String(
      decoding: text.lowercased().utf8.map { byte in
        isLowerOrDigit(byte) || keepingDots && byte == UInt8(ascii: ".") ? byte : UInt8(ascii: "-")
      }, as: UTF8.self)
    let trimmed = String(mended.drop { $0 == "-" || $0 == "." }.reversed().drop { $0 == "-" || $0 == "." }.reversed())
    return isName(trimmed) ? "write '\(trimmed)'" : "choose another"
  }
}

// MARK: Labels, annotations, taints

extension Shape where Value == [String: String] {
  package static var labels: Shape {
    pairs("labels", Schema.labelValue) { value throws(Fault) in
      guard Name.isLabelValue(value) else {
        throw Fault(
          code: "CR0219",
          message: "'\(value.shortened)' is not a label's value: at most 63 letters, digits, '-', '_' and '.', with a "
            + "letter or digit at each end",
          fix: "long or free text belongs in annotations")
      }
    }
  }

  package static var annotations: Shape { pairs("annotations", Schema.text) { _ throws(Fault) in } }

  /// Texts by the names of environment variables.
  package static var variables: Shape {
    let value = Shape<String>.scalar("a text") { text throws(Fault) in text }
    let members = Shape<[(String, String)]>.map(
      "a mapping of environment variables", names: Schema.words(matching: "^[A-Za-z_][A-Za-z0-9_]*$"),
      values: { Schema.text }
    ) { entry, problems in
      if entry.key.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) == nil {
        problems.report(
          "CR0219", "'\(entry.key.shortened)' is not the name of an environment variable", at: entry.keySpan,
          fix: "letters, digits and '_', with no digit first")
      }
      return value.read(entry.value, problems).map { (entry.key, $0) }
    }
    return members.map { Dictionary($0) { first, _ in first } }
  }

  private static func pairs(
    _ noun: String, _ values: @autoclosure @escaping @Sendable () -> JSON,
    _ check: @escaping @Sendable (String) throws(Fault) -> Void
  ) -> Shape {
    let value = Shape<String>.scalar("a text") { text throws(Fault) in
      try check(text)
      return text
    }
    let members = Shape<[(String, String)]>.map(
      "a mapping of \(noun)", names: Schema.qualifiedName, values: values
    ) { entry, problems in
      if !Name.isQualified(entry.key) {
        problems.report(
          "CR0219", "'\(entry.key.shortened)' is not the key of \(noun): 'name' or 'domain/name'", at: entry.keySpan,
          fix: "a name has at most 63 letters, digits, '-', '_' and '.', with a letter or digit at each end")
      }
      return value.read(entry.value, problems).map { (entry.key, $0) }
    }
    return members.map { Dictionary($0) { first, _ in first } }
  }
}

extension Shape where Value == String {
  /// `key=value:Effect` or `key:Effect`.
  package static var taint: Shape {
    scalar(
      "a taint such as 'workload=ai:NoSchedule'",
      schema: Schema.words(matching: "^[^:]+:(NoSchedule|PreferNoSchedule|NoExecute)$")
    ) { text throws(Fault) in
      let effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"]
      guard let colon = text.lastIndex(of: ":") else {
        throw Fault(
          code: "CR0219", message: "the taint '\(text.shortened)' has no effect",
          fix: "write '\(text.shortened):NoSchedule', ':PreferNoSchedule' or ':NoExecute'")
      }
      let effect = String(text[text.index(after: colon)...])
      guard effects.contains(effect) else {
        throw Fault(
          code: "CR0219", message: "'\(effect.shortened)' is not the effect of a taint",
          fix: Suggestion.nearest(to: effect, among: effects).map { "did you mean '\($0)'?" }
            ?? "write NoSchedule, PreferNoSchedule or NoExecute")
      }
      let parts = text[..<colon].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let key = parts.first, Name.isQualified(key), parts.count == 1 || Name.isLabelValue(parts[1]) else {
        throw Fault(
          code: "CR0219", message: "'\(text[..<colon])' is not the key of a taint, or a key with '=' and a value",
          fix: "write 'key=value:\(effect)' or 'key:\(effect)'")
      }
      return text
    }
  }
}

extension Node.Entry {
  /// Reports a key that is not an RFC 1123 label although it names something.
  func checkLabel(_ noun: String, longest: Int = 63, _ problems: Problems) {
    do throws(Fault) {
      try Name.checkLabel(key, noun, longest: longest)
    } catch {
      problems.report(error.code, error.message, at: keySpan, fix: error.fix)
    }
  }
}
