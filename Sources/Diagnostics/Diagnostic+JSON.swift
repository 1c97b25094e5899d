public import JSON

extension Diagnostic {
  /// For `--output json`. Every member is always there, `null` where it has no value; the shape is stable:
  /// `{code, severity, message, file, line, column, length, related: [{message, file, line, column, length}], fix}`.
  public var json: JSON {
    var object = JSONObject()
    object.append("code", .string(code))
    object.append("severity", .string(severity.rawValue))
    object.append("message", .string(message))
    Self.append(span, to: &object)
    object.append(
      "related",
      .array(
        related.map { place in
          var object = JSONObject()
          object.append("message", .string(place.message))
          Self.append(place.span, to: &object)
          return .object(object)
        }))
    object.append("fix", fix.map { .string($0) } ?? .null)
    return .object(object)
  }

  private static func append(_ span: SourceSpan?, to object: inout JSONObject) {
    object.append("file", span.map { .string($0.file) } ?? .null)
    object.append("line", span.map { .int($0.line) } ?? .null)
    object.append("column", span.map { .int($0.column) } ?? .null)
    object.append("length", span.map { .int($0.length) } ?? .null)
  }
}

extension DiagnosticList {
  /// `{diagnostics: […], errors: n, warnings: n}`
  public var json: JSON {
    ["diagnostics": .array(items.map(\.json)), "errors": .int(count(.error)), "warnings": .int(count(.warning))]
  }
}
