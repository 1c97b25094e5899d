import Diagnostics
import YAML

/// One kind of value that a key can have: what to call it, and how to read it.
///
/// The language is written with shapes: `reader.required("name", .name)`, `reader.optional("pools", .map(.ranges))`.
struct Shape<Value: Sendable>: Sendable {
  /// Completes "expected …": `an address such as 192.168.1.10`.
  let expected: String
  /// Reads a value, or reports what is wrong with it and gives `nil`. What is wrong in one part keeps no other part
  /// from being read.
  let read: @Sendable (Node, Problems) -> Value?

  init(_ expected: String, read: @escaping @Sendable (Node, Problems) -> Value?) {
    self.expected = expected
    self.read = read
  }

  /// The same kind of value with something more to say about it.
  func map<Other>(_ transform: @escaping @Sendable (Value) -> Other) -> Shape<Other> {
    Shape<Other>(expected) { node, problems in read(node, problems).map(transform) }
  }
}

extension Shape {
  /// With the place where it is written.
  static func located<Plain: Equatable>(_ plain: Shape<Plain>) -> Shape where Value == Located<Plain> {
    Shape(plain.expected) { node, problems in plain.read(node, problems).map { Located($0, at: node.span) } }
  }
}

extension Problems {
  /// The value is of another kind than its key wants.
  func mismatch(_ node: Node, expected: String, fix: String? = nil) {
    report("CR0204", "expected \(expected), found \(node.found)", at: node.span, fix: fix ?? "write \(expected)")
  }
}

extension Node {
  /// What a message says was found.
  var found: String {
    switch content {
    case .mapping: "a mapping"
    case .sequence: "a list"
    case .scalar(let scalar) where isNull: scalar.text.isEmpty ? "nothing" : "null"
    case .scalar(let scalar): "'\(scalar.text.shortened)'"
    }
  }
}

extension String {
  /// Short enough for a message of one line.
  var shortened: String {
    let line = split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)[0]
    return line.count > 60 ? line.prefix(57) + "…" : line.count < count ? line + "…" : self
  }
}

// MARK: Collections

extension Shape {
  /// A list of one kind of value. Nothing at all is an empty list.
  static func list<Element>(_ element: Shape<Element>) -> Shape where Value == [Element] {
    Shape("a list, each element \(element.expected)") { node, problems in
      guard case .sequence(let elements) = node.content else {
        if node.isNull { return [] }
        problems.mismatch(
          node, expected: "a list",
          fix: listFix(node, of: element) ?? "write a list; each element is \(element.expected)")
        return nil
      }
      return elements.compactMap { element.read($0, problems) }
    }
  }

  private static func listFix<Element>(_ node: Node, of element: Shape<Element>) -> String? {
    // Only what is an element on its own is one in brackets.
    let trial = Problems()
    guard let text = node.scalar?.text, element.read(node, trial) != nil, trial.diagnostics.isEmpty else { return nil }
    return "put it in brackets: [\(text.shortened)]"
  }

  /// One value, or a list of them.
  static func oneOrMany<Element>(_ element: Shape<Element>) -> Shape where Value == [Element] {
    Shape("\(element.expected), or a list of them") { node, problems in
      guard case .sequence(let elements) = node.content else { return element.read(node, problems).map { [$0] } }
      return elements.compactMap { element.read($0, problems) }
    }
  }

  /// A mapping whose keys the user chooses, in the order in which they are written. Nothing at all is an empty one.
  /// - Parameter element: reads a member from its key.
  static func map<Element>(
    _ expected: String, _ element: @escaping @Sendable (Node.Entry, Problems) -> Element?
  ) -> Shape where Value == [Element] {
    Shape(expected) { node, problems in
      guard case .mapping(let entries) = node.content else {
        if node.isNull { return [] }
        problems.mismatch(node, expected: expected)
        return nil
      }
      return entries.compactMap { element($0, problems) }
    }
  }

  /// A mapping with the keys that `body` reads, and no others. Nothing at all is an empty one.
  /// - Parameters:
  ///   - subject: what has the keys: `a node`.
  ///   - name: which one, for messages: `the node 'cow'`.
  static func section(
    _ subject: String, named name: String? = nil, _ body: @escaping @Sendable (inout MappingReader) -> Value?
  ) -> Shape {
    let name = name ?? subject
    return Shape("a mapping with the keys of \(subject)") { node, problems in
      var reader: MappingReader
      switch node.content {
      case .mapping(let entries): reader = MappingReader(entries, of: name, at: node.span, problems)
      case .scalar where node.isNull: reader = MappingReader([], of: name, at: node.span, problems)
      default:
        // What the body would read is what can be written.
        var reader = MappingReader([], of: name, at: node.span, Problems())
        _ = body(&reader)
        problems.mismatch(
          node, expected: "a mapping with the keys of \(subject)", fix: "write a mapping; \(reader.knownKeys)")
        return nil
      }
      let value = body(&reader)
      reader.finish()
      return value
    }
  }
}
