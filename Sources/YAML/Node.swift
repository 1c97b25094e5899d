public import Diagnostics

/// One node of a YAML document, with the place where it is written.
public struct Node: Sendable, Equatable {
  public indirect enum Content: Sendable, Equatable {
    case scalar(Scalar)
    case sequence([Node])
    case mapping([Entry])
  }

  public struct Scalar: Sendable, Equatable {
    public enum Style: Sendable, Equatable { case plain, quoted, block }
    /// The text after unquoting and folding; what a field of type string gets, whatever the text looks like.
    public var text: String
    public var style: Style
    /// An explicit tag: `tag:yaml.org,2002:str` for `!!str`; `nil` without one.
    public var tag: String?
    public init(text: String, style: Style, tag: String? = nil) {
      self.text = text
      self.style = style
      self.tag = tag
    }
  }

  public struct Entry: Sendable, Equatable {
    public var key: String
    public var keySpan: SourceSpan
    public var value: Node
    public init(key: String, keySpan: SourceSpan, value: Node) {
      self.key = key
      self.keySpan = keySpan
      self.value = value
    }
  }

  public var content: Content
  public var span: SourceSpan

  public init(_ content: Content, at span: SourceSpan) {
    self.content = content
    self.span = span
  }
}
