/// How much a YAML stream may ask of its reader before it is refused.
public struct Limits: Sendable, Equatable {
  /// Bytes of the whole stream.
  public var bytes: Int
  /// Levels of nesting, with aliases followed.
  public var depth: Int
  /// Nodes of the whole stream, with aliases followed.
  public var nodes: Int
  /// Nodes that aliases alone may add: what stops a few lines from unfolding into gigabytes.
  public var aliasedNodes: Int

  public init(
    bytes: Int = 64 << 20, depth: Int = 128, nodes: Int = 4_000_000, aliasedNodes: Int = 100_000
  ) {
    self.bytes = bytes
    self.depth = depth
    self.nodes = nodes
    self.aliasedNodes = aliasedNodes
  }
}
