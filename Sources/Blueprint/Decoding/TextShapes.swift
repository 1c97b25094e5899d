import Diagnostics
package import JSON
import YAML

// Text, numbers and truth values.

extension Shape {
  /// A scalar whose text `parse` understands.
  /// - Parameters:
  ///   - parse: gives the value, or throws what is wrong with the text.
  ///   - schema: what JSON Schema can say of it.
  ///   - isText: `false` for numbers and truth values: in quotes they are texts, to every other reader as well.
  package static func scalar(
    _ expected: String, schema: @autoclosure @escaping @Sendable () -> JSON = Schema.text, isText: Bool = true,
    _ parse: @escaping @Sendable (String) throws(Fault) -> Value
  ) -> Shape {
    let described: @Sendable () -> JSON = {
      var schema = schema()
      // Words and truth values say themselves what can be written.
      if schema["enum"] == nil, schema["type"] != "boolean" { schema["title"] = .string(expected) }
      return schema
    }
    return Shape(expected, schema: described) { node, problems in
      guard let scalar = node.scalar else {
        problems.mismatch(node, expected: expected)
        return nil
      }
      if scalar.style == .plain, node.isNull, scalar.tag == nil {
        problems.mismatch(
          node, expected: expected, fix: "write it, or remove the key; an empty text is written \"\"")
        return nil
      }
      do throws(Fault) {
        let value = try parse(scalar.text)
        if !isText, scalar.style != .plain, scalar.tag == nil {
          problems.mismatch(node, expected: expected, found: "a text", fix: "write \(scalar.text), without quotes")
          return nil
        }
        return value
      } catch {
        problems.report(error.code, error.message, at: node.span, fix: error.fix)
        return nil
      }
    }
  }
}

/// What is wrong with the text of a value.
package struct Fault: Error {
  package var code: String
  package var message: String
  package var fix: String?
  package init(code: String, message: String, fix: String? = nil) {
    self.code = code
    self.message = message
    self.fix = fix
  }
}

extension Shape where Value == String {
  /// Any text. Numbers and truth values are taken as they are written: `1.10` stays `1.10`.
  package static var text: Shape { text("a text") }

  package static func text(_ expected: String) -> Shape { scalar(expected) { text throws(Fault) in text } }

  /// Text with something in it.
  package static func filled(_ expected: String) -> Shape {
    scalar(expected, schema: Schema.pattern("\\S")) { text throws(Fault) in
      guard text.contains(where: { !$0.isWhitespace }) else {
        throw Fault(
          code: "CR0204", message: "expected \(expected), found an empty text", fix: "write it, or remove the key")
      }
      return text
    }
  }

  /// One of a few words.
  package static func word(_ allowed: [String]) -> Shape {
    let words = allowed.map { "'\($0)'" }.joined(separator: allowed.count == 2 ? " or " : ", ")
    let expected = allowed.count > 2 ? "one of \(words)" : words
    return scalar(expected, schema: Schema.words(allowed)) { text throws(Fault) in
      if allowed.contains(text) { return text }
      let nearest = Suggestion.nearest(to: text, among: allowed)
      throw Fault(
        code: "CR0205", message: "expected \(expected), found '\(text.shortened)'",
        fix: nearest.map { "did you mean '\($0)'?" } ?? "write \(expected)")
    }
  }
}

extension Shape where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
  /// One of the words of an enumeration.
  package static var choice: Shape {
    let words = Shape<String>.word(Value.allCases.map(\.rawValue))
    return Shape(words.expected, schema: words.schema) { node, problems in
      words.read(node, problems).flatMap { Value(rawValue: $0) }
    }
  }
}

extension Shape where Value == Bool {
  package static var truth: Shape {
    scalar("true or false", schema: ["type": "boolean"], isText: false) { text throws(Fault) in
      switch text {
      case "true", "True", "TRUE": return true
      case "false", "False", "FALSE": return false
      default:
        let meant = ["yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"]
        throw Fault(
          code: "CR0204", message: "expected true or false, found '\(text.shortened)'",
          fix: meant[text.lowercased()].map { "write \($0): in YAML 1.2 '\(text)' is a text" } ?? "write true or false")
      }
    }
  }
}

extension Shape where Value == Int {
  /// A whole number within bounds.
  package static func whole(_ bounds: ClosedRange<Int>, _ noun: String = "a whole number") -> Shape {
    let expected = "\(noun) from \(bounds.lowerBound) to \(bounds.upperBound)"
    return scalar(
      expected,
      schema: ["type": "integer", "minimum": .int(bounds.lowerBound), "maximum": .int(bounds.upperBound)],
      isText: false
    ) { text throws(Fault) in
      guard let value = Int(text) else {
        throw Fault(
          code: "CR0204", message: "expected \(expected), found '\(text.shortened)'", fix: "write \(expected)")
      }
      guard bounds.contains(value) else {
        throw Fault(code: "CR0212", message: "expected \(expected), found \(value)", fix: "write \(expected)")
      }
      return value
    }
  }

  package static var port: Shape { whole(1...65535, "a port") }
}
