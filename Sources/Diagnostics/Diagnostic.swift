/// A place in a file the user wrote.
public struct SourceSpan: Sendable, Hashable {
  /// The path as the user would type it.
  public var file: String
  /// From 1.
  public var line: Int
  /// From 1, in characters (Unicode scalars), not bytes.
  public var column: Int
  /// Characters on that line that are meant; at least 1.
  public var length: Int

  public init(file: String, line: Int, column: Int, length: Int = 1) {
    self.file = file
    self.line = line
    self.column = column
    self.length = max(1, length)
  }
}

public enum Severity: String, Sendable, Comparable, CaseIterable {
  case note, warning, error
  public static func < (a: Severity, b: Severity) -> Bool {
    allCases.firstIndex(of: a)! < allCases.firstIndex(of: b)!
  }
}

/// One problem in what the user wrote: what is wrong, where, what it collides with, and how to mend it.
public struct Diagnostic: Sendable, Equatable {
  /// A second place that matters, with a word on why.
  public struct Related: Sendable, Equatable {
    public var message: String
    public var span: SourceSpan
    public init(_ message: String, at span: SourceSpan) {
      self.message = message
      self.span = span
    }
  }

  /// Stable: `CR0101`. `croft explain CODE` prints its page.
  public var code: String
  public var severity: Severity
  public var message: String
  public var span: SourceSpan?
  public var related: [Related]
  public var fix: String?

  public init(
    _ code: String, _ severity: Severity = .error, _ message: String, at span: SourceSpan? = nil,
    related: [Related] = [], fix: String? = nil
  ) {
    self.code = code
    self.severity = severity
    self.message = message
    self.span = span
    self.related = related
    self.fix = fix
  }
}
