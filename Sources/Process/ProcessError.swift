@preconcurrency import Glibc

/// Why a program gave no output.
public enum ProcessError: Error, Sendable, Equatable {
  /// Not in PATH, or not executable.
  case notFound(String)
  /// The system would not start it.
  case notStarted(String, errno: Int32)
  /// The folder it should run in is not there.
  case noDirectory(String, directory: String)
  /// It was ended because it took longer than this.
  case timedOut(String, after: Duration)
}

extension ProcessError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notFound(let name) where name.contains("/"):
      "\(name) is not there or is not executable"
    case .notFound(let name):
      "\(name) is not in PATH; install it, or add its folder to PATH"
    case .notStarted(let name, let code):
      "the system would not start \(name): \(String(cString: strerror(code)))"
    case .noDirectory(let name, let directory):
      "\(name) should run in \(directory), which is not a folder"
    case .timedOut(let name, let limit):
      "\(name) was ended because it took longer than \(limit)"
    }
  }
}
