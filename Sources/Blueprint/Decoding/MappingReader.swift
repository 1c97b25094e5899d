package import Diagnostics
package import JSON
package import YAML

/// Reads the keys of one mapping and knows afterwards which of them nobody asked for.
///
/// The keys that a section reads are the section's definition: a key is known by being read, whether it is there or
/// not. So a section reads all of its keys, and only then decides.
package struct MappingReader {
  package let subject: String
  package let span: SourceSpan
  package let problems: Problems
  private let topic: String?
  private let entries: [Node.Entry]
  private var known: [String] = []
  /// Set while the keys are only asked for, to describe them.
  var description: SchemaDescription?
  /// Keys that exclude each other and are there all the same: what follows from one of them is not judged.
  private var contradictory: Set<String> = []
  /// What is missing, with the keys that would mend it: reported unless one of them is there, mistyped.
  private var missing: [(keys: [String], diagnostic: Diagnostic)] = []

  /// - Parameter topic: what `croft explain` says more about: `nodes`.
  package init(
    _ entries: [Node.Entry], of subject: String, explain topic: String? = nil, at span: SourceSpan,
    _ problems: Problems
  ) {
    self.entries = entries
    self.topic = topic
    self.subject = subject
    self.span = span
    self.problems = problems
  }

  /// A reader that finds nothing and notes what is asked of it.
  init(describing subject: String) {
    self.init([], of: subject, at: .nowhere, Problems())
    description = SchemaDescription()
  }

  /// A key that may be absent.
  /// - Parameters:
  ///   - about: what it is for, in a sentence: for editors and the reference.
  ///   - byDefault: what holds where it is absent, if that can be written.
  package mutating func optional<Value>(
    _ key: String, _ shape: Shape<Value>, _ about: String = "", byDefault: @autoclosure () -> JSON? = nil
  ) -> Value? {
    known.append(key)
    description?.add(key, shape.schema, about, byDefault())
    return entry(key).flatMap { shape.read($0.value, problems) }
  }

  /// A key that must be there.
  package mutating func required<Value>(_ key: String, _ shape: Shape<Value>, _ about: String = "") -> Value? {
    known.append(key)
    description?.add(key, shape.schema, about, nil)
    guard let entry = entry(key) else {
      reportMissing(
        [key], code: "CR0203", "\(subject) needs the key '\(key)'", at: span,
        fix: "add '\(key):' with \(shape.expected)")
      return nil
    }
    return shape.read(entry.value, problems)
  }

  package func entry(_ key: String) -> Node.Entry? { entries.first { $0.key == key } }

  /// Where a key is written.
  package func span(of key: String) -> SourceSpan? { entry(key)?.keySpan }

  package var isEmpty: Bool { entries.isEmpty }
}

// MARK: Keys that want or exclude each other

extension MappingReader {
  /// Which of several keys is there.
  package enum Choice: Equatable {
    case none
    case one(String)
    /// More than one: reported.
    case several
  }

  /// Looks which of the keys is there, and reports every one after the first.
  package mutating func choose(among keys: [String], code: String = "CR0217", fix: String = "keep one of the two")
    -> Choice
  {
    description?.exclusive.append(keys)
    let present = entries.filter { keys.contains($0.key) }
    guard let first = present.first else { return .none }
    if present.count > 1 { contradictory.formUnion(present.map(\.key)) }
    for other in present.dropFirst() {
      problems.report(
        code, "'\(other.key)' and '\(first.key)' exclude each other", at: other.keySpan,
        related: [.init("'\(first.key)' is given here", at: first.keySpan)], fix: fix)
    }
    return present.count == 1 ? .one(first.key) : .several
  }

  /// Reports what is missing, unless one of the keys is there under a mistyped name.
  package mutating func reportMissing(
    _ keys: [String], code: String, _ message: String, at place: SourceSpan, fix: String
  ) {
    reportMissing(keys, code: code, message, at: place, fix: fix, isDescribed: false)
  }

  private mutating func reportMissing(
    _ keys: [String], code: String, _ message: String, at place: SourceSpan, fix: String, isDescribed: Bool
  ) {
    if !isDescribed { description?.oneNeeded.append(keys) }
    missing.append((keys, Diagnostic(code, .error, message, at: place, fix: fix)))
  }

  /// Reports each of the keys that is absent although `owner`, which is there, needs it.
  package mutating func need(_ keys: [String], besides owner: String) {
    for key in keys { description?.needed.append((owner, key)) }
    reportAbsent(keys, besides: owner)
  }

  /// Reports each of the keys that is absent although `owner` has one of the values that need it.
  /// - Parameter value: what `owner` has; `nil` where it is absent or wrong.
  package mutating func need(_ keys: [String], where owner: String, is value: String?, in values: [String]) {
    description?.neededByValue.append((owner, values, keys))
    if let value, values.contains(value) { reportAbsent(keys, besides: owner) }
  }

  private mutating func reportAbsent(_ keys: [String], besides owner: String) {
    guard let given = span(of: owner), !contradictory.contains(owner) else { return }
    for key in keys where entry(key) == nil {
      reportMissing(
        [key], code: "CR0203", "'\(owner)' needs '\(key)' beside it", at: given, fix: "add '\(key):'",
        isDescribed: true)
    }
  }

  /// Reports each of the keys that is there although `owner`, which is there, has no use for it.
  package mutating func refuse(_ keys: [String], besides owner: String, because reason: String) {
    for key in keys { description?.exclusive.append([owner, key]) }
    reportPresent(keys, besides: owner, because: reason)
  }

  /// Reports each of the keys that is there although `owner` has one of the values that have no use for it.
  /// - Parameter value: what `owner` has; `nil` where it is absent or wrong.
  package mutating func refuse(
    _ keys: [String], where owner: String, is value: String?, in values: [String], because reason: String? = nil
  ) {
    for key in keys { description?.refusedByValue.append((owner, values, key)) }
    if let value, values.contains(value) { reportPresent(keys, besides: owner, value, because: reason) }
  }

  /// Reports each of the keys that is there although another than its `owner` was chosen.
  package mutating func bind(_ keys: [String], to owner: String, _ choice: Choice, because reason: String) {
    for key in keys { description?.needed.append((key, owner)) }
    if case .one(let given) = choice, given != owner { reportPresent(keys, besides: given, because: reason) }
  }

  private func reportPresent(
    _ keys: [String], besides owner: String, _ value: String? = nil, because reason: String?
  ) {
    guard let given = span(of: owner), !contradictory.contains(owner) else { return }
    let other = value.map { "\(owner): \($0)" } ?? owner
    for key in keys {
      guard let place = span(of: key) else { continue }
      problems.report(
        "CR0216", "'\(key)' has no meaning with '\(other)'" + (reason.map { ": \($0)" } ?? ""), at: place,
        related: [.init("'\(owner)' is given here", at: given)], fix: "remove '\(key)'")
    }
  }
}

// MARK: The end

extension MappingReader {
  /// Reports what nobody asked for and what is missing. To be called once everything has been read.
  func finish() {
    var mistyped: Set<String> = []
    for entry in entries where !known.contains(entry.key) {
      let nearest = Suggestion.nearest(to: entry.key, among: known)
      if let nearest { mistyped.insert(nearest) }
      problems.report(
        "CR0202", "\(subject) has no key '\(entry.key)'" + (nearest == nil ? " that this version of Croft knows" : ""),
        at: entry.keySpan, fix: nearest.map { "did you mean '\($0)'?" } ?? "remove it; \(knownKeys)")
    }
    for (keys, diagnostic) in missing where mistyped.isDisjoint(with: keys) { problems.append(diagnostic) }
  }

  /// `a node has 'name', 'role' …`
  var knownKeys: String {
    known.count > 12
      ? "'croft explain \(topic ?? "cluster")' lists the keys that there are"
      : "\(subject) has \(known.map { "'\($0)'" }.joined(separator: ", "))"
  }
}
