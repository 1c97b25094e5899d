import Glibc

/// The file system; relative paths start from the working directory of the process.
public struct FileWorkspace: Workspace {
  public init() {}

  public func kind(of path: String) throws(WorkspaceError) -> WorkspaceKind? {
    var status = stat()
    guard stat(path.isEmpty ? "." : path, &status) == 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw Self.error(path)
    }
    return status.st_mode & S_IFMT == S_IFDIR ? .folder : .file
  }

  public func read(_ path: String) throws(WorkspaceError) -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw Self.error(path) }
    defer { close(file) }
    var content: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = buffer.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress, $0.count) }
      if count > 0 {
        content += buffer[..<count]
      } else if count == 0 {
        return content
      } else if errno != EINTR {
        throw Self.error(path)
      }
    }
  }

  public func list(_ path: String) throws(WorkspaceError) -> [String] {
    guard let folder = opendir(path.isEmpty ? "." : path) else { throw Self.error(path) }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  private static func error(_ path: String) -> WorkspaceError {
    WorkspaceError(path: path, reason: String(cString: strerror(errno)))
  }
}
