@preconcurrency import Glibc

extension Connection {
  /// Makes the file and its folders so that nobody but the user can read them: SQLite would follow the umask.
  /// Its companions (-wal, -shm) take over the mode of the file.
  static func prepareFile(_ path: String) throws(StoreError) {
    let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    if !folder.isEmpty { try makeFolder(folder, for: path) }
    // Not opened and closed here: closing any descriptor of a file drops the locks that this process holds on it
    // through another connection (https://sqlite.org/howtocorrupt.html, 2.2).
    if mknod(path, S_IFREG | 0o600, 0) != 0 {
      switch errno {
      case EEXIST: _ = chmod(path, 0o600)  // Where it is not ours, its owner decides.
      case ENOSPC, EDQUOT: throw .full(path: path)
      default: throw .cannotOpen(path: path, reason: String(cString: strerror(errno)))
      }
    }
    guard access(path, R_OK) == 0 else {
      throw .cannotOpen(path: path, reason: String(cString: strerror(errno)))
    }
    guard access(path, W_OK) == 0 else { throw .readOnly(path: path) }
  }

  private static func makeFolder(_ folder: String, for path: String) throws(StoreError) {
    if mkdir(folder, 0o700) == 0 { return }
    switch errno {
    case EEXIST: return
    case ENOENT:
      let parent = folder.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
      if !parent.isEmpty, parent != folder {
        try makeFolder(parent, for: path)
        if mkdir(folder, 0o700) == 0 || errno == EEXIST { return }
      }
    case ENOSPC, EDQUOT: throw .full(path: path)
    default: break
    }
    throw .cannotOpen(path: path, reason: "the folder \(folder) cannot be made: \(String(cString: strerror(errno)))")
  }
}
