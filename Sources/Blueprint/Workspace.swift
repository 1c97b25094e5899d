/// The files beside a cluster file, as something that a test or an editor can stand in for.
public protocol Workspace: Sendable {
  /// What is at the path; `nil` where nothing is.
  func kind(of path: String) throws(WorkspaceError) -> WorkspaceKind?
  /// The whole content of a file.
  func read(_ path: String) throws(WorkspaceError) -> [UInt8]
  /// The names in a folder, in any order.
  func list(_ path: String) throws(WorkspaceError) -> [String]
}

public enum WorkspaceKind: Sendable, Equatable { case file, folder }

/// Why a file or folder could not be read.
public struct WorkspaceError: Error, Sendable, Equatable, CustomStringConvertible {
  public var path: String
  /// The operating system's words: `Permission denied`.
  public var reason: String
  public init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }
  public var description: String { "\(path) cannot be read: \(reason)" }
}
