import Diagnostics
package import JSON
package import YAML

/// One kind of value that a key can have: what to call it, and how to read it.
///
/// The language is written with shapes: `reader.required("name", .name)`, `reader.optional("pools", .map(.ranges))`.
package struct Shape<Value: Sendable>: Sendable {
  /// Completes "expected …": `an address such as 192.168.1.10`.
  package let expected: String
  /// What editors are told of it: JSON Schema 2020-12.
  package let schema: @Sendable () -> JSON
  /// Reads a value, or reports what is wrong with it and gives `nil`. What is wrong in one part keeps no other part
  /// from being read.
  package let read: @Sendable (Node, Problems) -> Value?

  package init(
    _ expected: String, schema: @escaping @Sendable () -> JSON, read: @escaping @Sendable (Node, Problems) -> Value?
  ) {
    self.expected = expected
    self.schema = schema
    self.read = read
  }

  /// The same kind of value with something more to say about it.
  package func map<Other>(_ transform: @escaping @Sendable (Value) -> Other) -> Shape<Other> {
    Shape<Other>(expected, schema: schema) { node, problems in read(node, problems).map(transform) }
  }
}

extension Shape {
  /// With the place where it is written.
  package static func located<Plain: Equatable>(_ plain: Shape<Plain>) -> Shape where Value == Located<Plain> {
    Shape(plain.expected, schema: plain.schema) { node, problems in
      plain.read(node, problems).map { Located($0, at: node.span) }
    }
  }
}

extension Problems {
  /// The value is of another kind than its key wants.
  package func mismatch(_ node: Node, expected: String, found: String? = nil, fix: String? = nil) {
    report(
      "CR0204", "expected \(expected), found \(found ?? node.found)", at: node.span, fix: fix ?? "write \(expected)")
  }
}

extension Node {
  /// What a message says was found.
  package var found: String {
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
  package static func list<Element>(_ element: Shape<Element>) -> Shape where Value == [Element] {
    Shape(
      "a list, each element \(element.expected)", schema: { ["type": ["array", "null"], "items": element.schema()] }
    ) {
      node, problems in
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
  package static func oneOrMany<Element>(_ element: Shape<Element>) -> Shape where Value == [Element] {
    Shape(
      "\(element.expected), or a list of them",
      schema: { ["anyOf": [element.schema(), ["type": "array", "items": element.schema()]]] }
    ) { node, problems in
      guard case .sequence(let elements) = node.content else { return element.read(node, problems).map { [$0] } }
      return elements.compactMap { element.read($0, problems) }
    }
  }

  /// A mapping whose keys the user chooses, in the order in which they are written. Nothing at all is an empty one.
  /// - Parameters:
  ///   - names: the schema of its keys, where not any text will do.
  ///   - values: the schema of a member's value.
  ///   - element: reads a member from its key.
  package static func map<Element>(
    _ expected: String, names: @autoclosure @escaping @Sendable () -> JSON? = nil,
    values: @escaping @Sendable () -> JSON,
    _ element: @escaping @Sendable (Node.Entry, Problems) -> Element?
  ) -> Shape where Value == [Element] {
    let schema: @Sendable () -> JSON = {
      var schema: JSON = ["type": ["object", "null"]]
      if let names = names() { schema["propertyNames"] = names }
      schema["additionalProperties"] = values()
      return schema
    }
    return Shape(expected, schema: schema) { node, problems in
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
  ///   - topic: what `croft explain` says more about, where it has too many keys to list: `nodes`.
  package static func section(
    _ subject: String, named name: String? = nil, explain topic: String? = nil,
    _ body: @escaping @Sendable (inout MappingReader) -> Value?
  ) -> Shape {
    let name = name ?? subject
    let schema: @Sendable () -> JSON = {
      var reader = MappingReader(describing: name)
      _ = body(&reader)
      return reader.schema
    }
    return Shape("a mapping with the keys of \(subject)", schema: schema) { node, problems in
      var reader: MappingReader
      switch node.content {
      case .mapping(let entries): reader = MappingReader(entries, of: name, explain: topic, at: node.span, problems)
      case .scalar where node.isNull: reader = MappingReader([], of: name, explain: topic, at: node.span, problems)
      default:
        // What the body would read is what can be written.
        var reader = MappingReader([], of: name, explain: topic, at: node.span, Problems())
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
