import Diagnostics
import YAML

/// Reads the keys of one mapping and knows afterwards which of them nobody asked for.
///
/// The keys that a section reads are the section's definition: a key is known by being read, whether it is there or
/// not. So a section reads all of its keys, and only then decides.
struct MappingReader {
  let subject: String
  let span: SourceSpan
  let problems: Problems
  private let entries: [Node.Entry]
  private(set) var known: [String] = []

  init(_ entries: [Node.Entry], of subject: String, at span: SourceSpan, _ problems: Problems) {
    self.entries = entries
    self.subject = subject
    self.span = span
    self.problems = problems
  }

  /// A key that may be absent.
  mutating func optional<Value>(_ key: String, _ shape: Shape<Value>) -> Value? {
    known.append(key)
    return entry(key).flatMap { shape.read($0.value, problems) }
  }

  /// A key that must be there.
  mutating func required<Value>(_ key: String, _ shape: Shape<Value>) -> Value? {
    known.append(key)
    guard let entry = entry(key) else {
      problems.report(
        "CR0203", "\(subject) needs the key '\(key)'", at: span, fix: "add '\(key):' with \(shape.expected)")
      return nil
    }
    return shape.read(entry.value, problems)
  }

  func entry(_ key: String) -> Node.Entry? { entries.first { $0.key == key } }

  /// Where a key is written.
  func span(of key: String) -> SourceSpan? { entry(key)?.keySpan }

  /// The first of the keys that is there, every other one reported as excluded by it.
  func only(oneOf keys: [String], code: String = "CR0217", fix: String = "keep one of the two") -> String? {
    let present = keys.compactMap { entry($0) }.sorted {
      ($0.keySpan.line, $0.keySpan.column) < ($1.keySpan.line, $1.keySpan.column)
    }
    guard let first = present.first else { return nil }
    for other in present.dropFirst() {
      problems.report(
        code, "'\(other.key)' and '\(first.key)' exclude each other", at: other.keySpan,
        related: [.init("'\(first.key)' is given here", at: first.keySpan)], fix: fix)
    }
    return first.key
  }

  /// Reports each of the keys that is absent although `owner`, which is there, needs it.
  func need(_ keys: [String], besides owner: String) {
    guard let given = span(of: owner) else { return }
    for key in keys where entry(key) == nil {
      problems.report("CR0203", "'\(owner)' needs '\(key)' beside it", at: given, fix: "add '\(key):'")
    }
  }

  /// Reports each of the keys that is there although `owner`, which is there, has no use for it.
  func refuse(_ keys: [String], besides owner: String, because reason: String) {
    guard let given = span(of: owner) else { return }
    for key in keys {
      guard let place = span(of: key) else { continue }
      problems.report(
        "CR0216", "'\(key)' has no meaning with '\(owner)': \(reason)", at: place,
        related: [.init("'\(owner)' is given here", at: given)], fix: "remove '\(key)'")
    }
  }

  func reportUnknownKeys() {
    for entry in entries where !known.contains(entry.key) {
      let nearest = Suggestion.nearest(to: entry.key, among: known)
      problems.report(
        "CR0202", "\(subject) has no key '\(entry.key)'" + (nearest == nil ? " that this version of Croft knows" : ""),
        at: entry.keySpan,
        fix: nearest.map { "did you mean '\($0)'?" }
          ?? (known.count > 12
            ? "remove it; docs/cluster-file.md lists the keys of \(subject)"
            : "remove it; \(subject) has \(known.map { "'\($0)'" }.joined(separator: ", "))"))
    }
  }
}
