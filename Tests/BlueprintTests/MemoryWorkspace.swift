import Blueprint

/// Files by path, in memory.
struct MemoryWorkspace: Workspace {
  var files: [String: [UInt8]]
  /// Files that are there but cannot be read.
  var locked: Set<String> = []

  init(_ files: [String: String]) { self.files = files.mapValues { Array($0.utf8) } }
  init(files: [String: [UInt8]]) { self.files = files }

  func kind(of path: String) throws(WorkspaceError) -> WorkspaceKind? {
    if files[path] != nil { return .file }
    return files.keys.contains { path.isEmpty || $0.hasPrefix(path + "/") } ? .folder : nil
  }

  func read(_ path: String) throws(WorkspaceError) -> [UInt8] {
    guard let content = files[path], !locked.contains(path) else {
      throw WorkspaceError(path: path, reason: "Permission denied")
    }
    return content
  }

  func list(_ path: String) throws(WorkspaceError) -> [String] {
    let prefix = path.isEmpty ? "" : path + "/"
    let names = files.keys.filter { $0.hasPrefix(prefix) }.map { file in
      String(file.dropFirst(prefix.count).split(separator: "/")[0])
    }
    return Array(Set(names))
  }
}
