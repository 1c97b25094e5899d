import Blueprint

/// A folder that exists only in a test: texts by path.
struct MemoryWorkspace: Workspace {
  var files: [String: String]

  func kind(of path: String) throws(WorkspaceError) -> WorkspaceKind? {
    let path = plain(path)
    if files[path] != nil { return .file }
    return path.isEmpty || files.keys.contains { $0.hasPrefix(path + "/") } ? .folder : nil
  }

  func read(_ path: String) throws(WorkspaceError) -> [UInt8] {
    guard let text = files[plain(path)] else { throw WorkspaceError(path: path, reason: "No such file or directory") }
    return Array(text.utf8)
  }

  func list(_ path: String) throws(WorkspaceError) -> [String] {
    let prefix = plain(path).isEmpty ? "" : plain(path) + "/"
    let names = files.keys.filter { $0.hasPrefix(prefix) }.compactMap {
      $0.dropFirst(prefix.count).split(separator: "/").first
    }
    return Set(names.map(String.init)).sorted()
  }

  private func plain(_ path: String) -> String { Self.plain(path) }

  static func plain(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", !parts.isEmpty, parts.last != ".." { parts.removeLast() } else { parts.append(part) }
    }
    return parts.joined(separator: "/")
  }
}
