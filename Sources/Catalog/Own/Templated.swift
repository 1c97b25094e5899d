import Blueprint
import Diagnostics
import JSON
import YAML

/// A value of a known shape, or references that give one.
enum Templated<Value: Sendable>: Sendable {
  case constant(Value)
  case template(Template, Shape<Value>)
}

extension Shape {
  /// The same value, or references that give it.
  static func templated<Plain>(_ shape: Shape<Plain>, _ reader: TemplateReader) -> Shape
  where Value == Templated<Plain> {
    Shape(
      shape.expected,
      schema: {
        ["anyOf": [shape.schema(), ["title": "a text with references", "type": "string", "pattern": "\\$\\{"]]]
      }
    ) { node, problems in
      guard let text = node.scalar?.text, TemplateReader.hasReference(text) else {
        return shape.read(node, problems).map { .constant($0) }
      }
      guard let template = reader.template(node, problems) else { return nil }
      if case .text(let pieces) = template, !shape.canRead(pieces) {
        problems.report(
          "CR0204", "expected \(shape.expected), found '\(text)'", at: node.span, fix: "write \(shape.expected)")
        return nil
      }
      return .template(template, shape)
    }
  }

  /// Whether the literals between references leave room for something that can be read.
  private func canRead(_ pieces: [Template.Piece]) -> Bool {
    ["x", "1"].contains { sample in
      let text = pieces.map { piece in
        if case .literal(let literal) = piece { literal } else { sample }
      }.joined()
      return read(JSON.string(text).scalarNode(at: .beginning), Problems()) != nil
    }
  }
}

/// Fills what belongs to one use of a component, and gathers what is wrong with it.
struct Filling {
  let values: ReferenceValues
  private(set) var lacking: [Reference] = []
  private(set) var faults: [ComponentProblem] = []

  init(_ values: ReferenceValues) { self.values = values }

  mutating func json(_ template: Template) -> JSON? { template.filled(with: values, lacking: &lacking) }

  /// `nil` where it is left out, or where what the references give cannot be read.
  mutating func value<Value>(_ templated: Templated<Value>) -> Value? {
    let template: Template
    let shape: Shape<Value>
    switch templated {
    case .constant(let value): return value
    case .template(let its, let wanted): (template, shape) = (its, wanted)
    }
    let before = lacking.count
    guard let value = json(template), lacking.count == before else { return nil }
    let problems = Problems()
    let read = shape.read(value.scalarNode(at: values.context.use.release.span), problems)
    for diagnostic in problems.diagnostics {
      faults.append(
        ComponentProblem(
          "'\(values.context.name)': \(diagnostic.message)", diagnostic.severity,
          fix: diagnostic.fix ?? "write \(shape.expected)"))
    }
    return read
  }

  func holds(_ condition: Template.Condition?) -> Bool { condition?.holds(values) ?? true }

  mutating func report(_ message: String, fix: String) {
    faults.append(ComponentProblem("'\(values.context.name)' \(message)", fix: fix))
  }

  /// What is wrong, and what the cluster file does not say.
  var problems: [ComponentProblem] {
    faults
      + lacking.map { reference in
        ComponentProblem(
          "'\(values.context.name)' wants '\(reference.text)', which the cluster file does not say",
          fix: reference.key.map { "add '\($0)' to the cluster file" } ?? "add it to the component's options")
      }
  }
}

extension SourceSpan {
  fileprivate static var beginning: SourceSpan { SourceSpan(file: "", line: 1, column: 1) }
}

extension JSON {
  /// As YAML has it; a list or a mapping is none of the scalars that are wanted.
  fileprivate func scalarNode(at span: SourceSpan) -> Node {
    switch self {
    case .string(let text): Node(.scalar(.init(text: text, style: .quoted)), at: span)
    case .array: Node(.sequence([]), at: span)
    case .object: Node(.mapping([]), at: span)
    default: Node(.scalar(.init(text: text, style: .plain)), at: span)
    }
  }
}
