import Blueprint
import Diagnostics
import JSON
import YAML

/// Reads values with references in them, and reports those that lead nowhere.
struct TemplateReader: Sendable {
  /// The key that makes a mapping depend on something.
  static let condition = "$when"

  /// What `options.` can lead to.
  let options: [OwnOption]
  /// Options that are there for certain, because of a `$when` around.
  private var present: Set<Reference> = []

  init(options: [OwnOption]) { self.options = options }

  /// Whether there is a reference, or what could be meant as one.
  static func hasReference(_ text: String) -> Bool { text.contains("${") }

  /// - Returns: `nil` where something in it is wrong, which is reported.
  func template(_ node: Node, _ problems: Problems) -> Template? {
    switch node.content {
    case .scalar(let scalar):
      guard Self.hasReference(scalar.text) else { return Shape.anything.read(node, problems).map { .constant($0) } }
      return text(scalar, node.span, problems)
    case .sequence(let elements):
      let read = elements.map { template($0, problems) }
      return read.contains { $0 == nil } ? nil : .list(read.compactMap { $0 })
    case .mapping(let entries): return mapping(entries, problems)
    }
  }

  /// For what is there only where a condition holds.
  func presuming(_ condition: Template.Condition?) -> TemplateReader {
    var reader = self
    reader.present.formUnion(condition?.terms.map(\.reference) ?? [])
    return reader
  }

  private func mapping(_ entries: [Node.Entry], _ problems: Problems) -> Template? {
    var reader = self
    var condition: Template.Condition?
    var isFine = true
    if let entry = entries.first(where: { $0.key == Self.condition }) {
      condition = self.condition(entry.value, problems)
      isFine = condition != nil
      reader = presuming(condition)
    }
    var members: [Template.Member] = []
    for entry in entries where entry.key != Self.condition {
      if Self.hasReference(entry.key) {
        problems.report(
          "CR0231", "a reference stands in the key '\(entry.key)'", at: entry.keySpan,
          fix: "references stand in values; to have the key as it is, leave out the dollar sign")
        isFine = false
      } else if entry.key.hasPrefix("$"), Suggestion.nearest(to: entry.key, among: [Self.condition]) != nil {
        problems.report("CR0202", "there is no '\(entry.key)'", at: entry.keySpan, fix: "did you mean '$when'?")
        isFine = false
      }
      guard let value = reader.template(entry.value, problems) else {
        isFine = false
        continue
      }
      members.append(Template.Member(key: entry.key, value: value))
    }
    return isFine ? .mapping(members, when: condition) : nil
  }

  // MARK: Texts

  private func text(_ scalar: Node.Scalar, _ span: SourceSpan, _ problems: Problems) -> Template? {
    guard let pieces = pieces(scalar.text, span, problems) else { return nil }
    if pieces.count == 1, case .reference(let reference) = pieces[0], scalar.tag == nil { return .reference(reference) }
    let references = pieces.compactMap { piece in
      if case .reference(let reference) = piece { reference } else { nil }
    }
    // Where everything is escaped, nothing is left to fill in.
    if references.isEmpty, pieces.count == 1, case .literal(let text) = pieces[0] { return .constant(.string(text)) }
    let wrong = references.filter { !checkText($0, span, problems) }
    return wrong.isEmpty ? .text(pieces) : nil
  }

  /// `${reference}` between literals; `$${` stands for `${`.
  private func pieces(_ text: String, _ span: SourceSpan, _ problems: Problems) -> [Template.Piece]? {
    var pieces: [Template.Piece] = []
    var literal = ""
    var rest = text[...]
    var isFine = true
    while let start = rest.firstRange(of: "${") {
      let before = rest[..<start.lowerBound]
      if before.hasSuffix("$") {
        literal += before.dropLast() + "${"
        rest = rest[start.upperBound...]
        continue
      }
      literal += before
      guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
        problems.report(
          "CR0231", "a reference has no end: '\(rest[start.lowerBound...].prefix(40))'", at: span,
          fix: "write '${…}', or '$${' for these two characters themselves")
        return nil
      }
      let name = rest[start.upperBound..<end]
      if let reference = reference(String(name), span, problems) {
        if !literal.isEmpty { pieces.append(.literal(literal)) }
        literal = ""
        pieces.append(.reference(reference))
      } else {
        isFine = false
      }
      rest = rest[rest.index(after: end)...]
    }
    literal += rest
    if !literal.isEmpty { pieces.append(.literal(literal)) }
    return isFine ? pieces : nil
  }

  /// What may be a part of a text: not a list, and nothing that a use of the component may leave out.
  private func checkText(_ reference: Reference, _ span: SourceSpan, _ problems: Problems) -> Bool {
    if let noun = collection(reference) {
      problems.report(
        "CR0232", "'\(reference.text)' is \(noun), and stands in a text", at: span,
        fix: "let '${\(reference.text)}' be the whole value")
      return false
    }
    guard case .option(let path) = reference, !isCertain(path) else { return true }
    problems.report(
      "CR0232", "'\(reference.text)' may be absent, and stands in a text", at: span,
      fix: "give the option a 'default' or 'required: true', or put '$when: \(reference.text)' around the text")
    return false
  }

  /// What it is, where that is no text.
  private func collection(_ reference: Reference) -> String? {
    switch reference {
    case .option(let path):
      switch option(path)?.kind {
      case .list: "a list"
      case .mapping: "a mapping"
      default: nil
      }
    case .fact(let fact): fact.isList ? "a list" : nil
    case .pool: "a list"
    case .component: nil
    }
  }

  private func isCertain(_ path: [String]) -> Bool {
    (1...path.count).allSatisfy { length in
      let part = Array(path.prefix(length))
      if present.contains(.option(part)) || present.contains(.option(path)) { return true }
      guard let option = option(part) else { return false }
      return option.isRequired || option.byDefault != nil
    }
  }

  // MARK: References

  private func option(_ path: [String]) -> OwnOption? {
    var option = options.first { $0.name == path[0] }
    for name in path.dropFirst() { option = option?.properties.first { $0.name == name } }
    return option
  }

  /// - Parameter text: without `${` and `}`.
  func reference(_ text: String, _ span: SourceSpan, _ problems: Problems) -> Reference? {
    let trimmed = String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    let parts = trimmed.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    if let fact = Reference.Fact(rawValue: trimmed) { return .fact(fact) }
    if parts.count == 3, parts[0] == "network", parts[1] == "pools", !parts[2].isEmpty { return .pool(parts[2]) }
    if parts.count == 2, parts[0] == "platform", !parts[1].isEmpty { return .component(parts[1]) }
    if parts.count > 1, parts[0] == "options" { return option(Array(parts.dropFirst()), span, problems) }
    let names = Reference.Fact.allCases.map(\.rawValue) + options.map { "options.\($0.name)" }
    let nearest =
      Suggestion.nearest(to: trimmed, among: names)
      ?? names.first { $0 == "options.\(trimmed)" || $0 == "cluster.\(trimmed)" }
    problems.report(
      "CR0231", "there is nothing called '\(trimmed)' to refer to", at: span,
      fix: nearest.map { "did you mean '${\($0)}'?" } ?? "write '$${' for these two characters themselves")
    return nil
  }

  private func option(_ path: [String], _ span: SourceSpan, _ problems: Problems) -> Reference? {
    var known = options
    for (index, name) in path.enumerated() {
      let owner = (["options"] + path.prefix(index)).joined(separator: ".")
      guard let option = known.first(where: { $0.name == name }) else {
        let nearest = Suggestion.nearest(to: name, among: known.map(\.name))
        problems.report(
          "CR0231", index == 0 ? "there is no option '\(name)'" : "'\(owner)' has no '\(name)'", at: span,
          fix: nearest.map { "did you mean '${\(owner).\($0)}'?" }
            ?? (index == 0 ? "add it to 'options'" : "add it to the option's 'properties'"))
        return nil
      }
      known = option.properties
    }
    return .option(path)
  }

  // MARK: Conditions

  /// `options.host`, or `{options.mode: fast, platform.traefik: true}`.
  func condition(_ node: Node, _ problems: Problems) -> Template.Condition? {
    switch node.content {
    case .scalar(let scalar) where !node.isNull:
      var name = scalar.text
      if name.hasPrefix("${"), name.hasSuffix("}") { name = String(name.dropFirst(2).dropLast()) }
      return reference(name, node.span, problems).map { .init(terms: [.init(reference: $0)]) }
    case .mapping(let entries) where !entries.isEmpty:
      let terms = entries.map { term($0, problems) }
      return terms.contains { $0 == nil } ? nil : .init(terms: terms.compactMap { $0 })
    default:
      problems.report(
        "CR0204", "expected what '$when' depends on, found \(node.found)", at: node.span,
        fix: "write a reference such as options.host, or a mapping of references and their values")
      return nil
    }
  }

  private func term(_ entry: Node.Entry, _ problems: Problems) -> Template.Condition.Term? {
    guard let reference = reference(entry.key, entry.keySpan, problems) else { return nil }
    // What the option could never be, it is not compared with.
    if case .option(let path) = reference, let option = option(path) {
      return option.shape.read(entry.value, problems).map { .init(reference: reference, value: $0) }
    }
    return Shape.anything.read(entry.value, problems).map { .init(reference: reference, value: $0) }
  }
}
