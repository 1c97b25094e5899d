@preconcurrency import Glibc

/// The folder of a cluster that is to be made.
struct NewFolder {
  var path: String

  var absolutePath: String {
    if path.hasPrefix("/") { return path }
    guard let current = getcwd(nil, 0) else { return path }
    defer { free(current) }
    let parts = path.split(separator: "/").filter { $0 != "." }.map(String.init)
    return parts.reduce(into: String(cString: current)) { result, part in
      result = part == ".." ? String(result[..<(result.lastIndex(of: "/") ?? result.endIndex)]) : "\(result)/\(part)"
    }
  }

  /// - Throws: `Exit` where one of the files is there.
  func refuse(_ files: [ScaffoldFile]) throws(Exit) {
    let existing = files.map { place($0) }.filter { isThere($0) }
    guard let first = existing.first else { return }
    let others = existing.count > 1 ? " and \(existing.dropFirst().joined(separator: " and "))" : ""
    throw Exit(
      .failure,
      "\(first)\(others) \(existing.count > 1 ? "are" : "is") there already; nothing was written. "
        + "Move \(existing.count > 1 ? "them" : "it") away, or name another folder")
  }

  /// Writes all files or none.
  func write(_ files: [ScaffoldFile]) throws {
    try refuse(files)
    var made: [String] = []
    do {
      try makeFolder(path)
      for file in files {
        let place = place(file)
        if file.path.contains("/") { try makeFolder(String(place[..<(place.lastIndex(of: "/") ?? place.endIndex)])) }
        // Noted after the call: what could not be made may be somebody else's.
        try TextFile.create(place, with: file.text)
        made.append(place)
      }
    } catch {
      for path in made { unlink(path) }
      throw error
    }
  }

  private func place(_ file: ScaffoldFile) -> String { path == "." ? file.path : "\(path)/\(file.path)" }

  private func isThere(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  private func makeFolder(_ path: String) throws {
    var status = stat()
    if stat(path.isEmpty ? "/" : path, &status) == 0 {
      guard status.st_mode & S_IFMT == S_IFDIR else { throw Exit(.failure, "\(path) is there and is no folder") }
      return
    }
    if let slash = path.lastIndex(of: "/") { try makeFolder(String(path[..<slash])) }
    guard mkdir(path, 0o777) == 0 || errno == EEXIST else {
      throw TextFile.Failure(path: path, reason: String(cString: strerror(errno)))
    }
  }
}
