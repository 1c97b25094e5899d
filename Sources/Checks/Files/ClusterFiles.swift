import Blueprint

/// What lies beside the cluster file, by paths that start from its folder.
struct ClusterFiles: Sendable {
  enum Entry: Equatable {
    case nothing, file, folder
    /// With the operating system's reason. Unknown is neither there nor missing.
    case unreadable(String)
  }

  private let workspace: any Workspace
  private let directory: String

  init(_ workspace: any Workspace, directory: String) {
    self.workspace = workspace
    self.directory = directory
  }

  func entry(_ path: String) -> Entry {
    do {
      switch try workspace.kind(of: full(path)) {
      case .file: return .file
      case .folder: return .folder
      case nil: return .nothing
      }
    } catch {
      return .unreadable(error.reason)
    }
  }

  /// The names in a folder, sorted; `nil` where it cannot be read.
  func names(in folder: String) -> [String]? { try? workspace.list(full(folder)).sorted() }

  /// The text of a file; `nil` where there is none that can be read.
  func text(of path: String) -> String? {
    (try? workspace.read(full(path))).flatMap { String(validating: $0, as: UTF8.self) }
  }

  private func full(_ path: String) -> String {
    directory.isEmpty ? path : "\(directory)/\(path)"
  }
}
