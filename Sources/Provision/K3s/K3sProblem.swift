/// Why k3s is not as it is to be.
public struct K3sProblem: Error, Sendable, Equatable, CustomStringConvertible {
  /// The node; `nil`: what all of them need.
  public var node: String?
  public var reason: String
  public var fix: String

  init(_ node: String?, _ reason: String, fix: String) {
    self.node = node
    self.reason = reason
    self.fix = fix
  }

  public var description: String { (node.map { "\($0): " } ?? "") + "\(reason); \(fix)" }
}
