import Diagnostics
package import JSON
import YAML

// Values that are passed on: to charts, and into objects.

extension Shape where Value == JSON {
  /// Anything that JSON can express.
  package static var anything: Shape<JSON> {
    Shape("any value", schema: { true }) { node, problems in
      guard node.checkScalars(problems) else { return nil }
      return node.json
    }
  }

  /// A mapping of anything.
  package static var object: Shape<JSON> {
    Shape("a mapping", schema: { ["type": ["object", "null"]] }) { node, problems in
      guard case .mapping = node.content else {
        if node.isNull { return [:] }
        problems.mismatch(node, expected: "a mapping")
        return nil
      }
      return Shape.anything.read(node, problems)
    }
  }
}

extension Node {
  /// Reports what JSON cannot express, and warns of what `helm` and `kubectl` would read otherwise in a file of their
  /// own; gives whether the value can be used.
  fileprivate func checkScalars(_ problems: Problems) -> Bool {
    switch content {
    case .scalar(let scalar):
      let value = json
      if case .double(let number) = value, !number.isFinite {
        problems.mismatch(self, expected: "a finite number", fix: "quote it if it is meant as text")
        return false
      }
      let other = json(as: .kubernetes)
      if scalar.tag == nil, value != other {
        problems.append(
          Diagnostic(
            "CR0222", .warning,
            "'\(scalar.text)' is read as \(value.shown) here, and by helm and kubectl as \(other.text)",
            at: span, fix: "write \(other.text) if that is meant, else \(value.text)"))
      }
      return true
    case .sequence(let elements): return elements.reduce(true) { $1.checkScalars(problems) && $0 }
    case .mapping(let entries): return entries.reduce(true) { $1.value.checkScalars(problems) && $0 }
    }
  }
}

extension JSON {
  fileprivate var shown: String { string == nil ? text : "a text" }
}
