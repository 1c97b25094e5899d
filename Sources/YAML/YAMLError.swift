public import Diagnostics

/// Why a text is not a YAML stream that Croft accepts, and where.
public struct YAMLError: Error, Sendable, Equatable, CustomStringConvertible {
  /// `CR0101` … one of ``YAMLPages``.
  public var code: String
  public var message: String
  public var span: SourceSpan
  /// Places that matter besides: the first of two equal keys, the bracket that was never closed.
  public var related: [Diagnostic.Related]
  public var fix: String?

  public init(
    _ code: String, _ message: String, at span: SourceSpan, related: [Diagnostic.Related] = [], fix: String? = nil
  ) {
    self.code = code
    self.message = message
    self.span = span
    self.related = related
    self.fix = fix
  }

  public var diagnostic: Diagnostic { Diagnostic(code, .error, message, at: span, related: related, fix: fix) }

  public var description: String { "\(span.file):\(span.line):\(span.column): \(message)" }
}
