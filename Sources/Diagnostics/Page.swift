/// What `croft explain CODE` prints: one page for each stable diagnostic code.
public struct Page: Sendable, Equatable {
  /// `CR0301`
  public var code: String
  /// One line: `Address pool outside the node network`.
  public var title: String
  /// Markdown: what it means, why it matters, a short example that breaks the rule and the same example mended.
  public var body: String
  public init(_ code: String, _ title: String, body: String) {
    self.code = code
    self.title = title
    self.body = body
  }
}
