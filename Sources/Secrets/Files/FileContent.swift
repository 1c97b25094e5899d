@preconcurrency import Glibc

/// Files as wholes: read, and replaced without a moment in which half of one is there.
public enum FileContent {
  public static func read(_ path: String) throws(SecretsError) -> [UInt8] {
    guard let content = try readIfThere(path) else { throw .file(path: path, reason: "there is no such file") }
    return content
  }

  /// `nil` where there is no file.
  public static func readIfThere(_ path: String) throws(SecretsError) -> [UInt8]? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw failure(path)
    }
    defer { close(file) }
    var content: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = Glibc.read(file, &buffer, buffer.count)
      if count > 0 {
        content += buffer[..<count]
      } else if count == 0 {
        return content
      } else if errno != EINTR {
        throw failure(path)
      }
    }
  }

  /// Writes a file beside the old one and puts it in its place. A reader sees the old content or the new.
  /// - Parameter mode: of a new file, from its first moment on; one that is there keeps its own.
  public static func replace(_ path: String, with content: [UInt8], mode: UInt32 = 0o644) throws(SecretsError) {
    var target = path
    // What a link leads to is replaced, not the link.
    if let resolved = realpath(path, nil) {
      target = String(cString: resolved)
      free(resolved)
    }
    var status = stat()
    let isThere = stat(target, &status) == 0
    let folder =
      target.contains("/")
      ? target.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/") : "."
    var name = Array("\(folder.isEmpty ? "/" : folder)/.croft-XXXXXX".utf8CString)
    // mkstemp makes it for the owner alone.
    let file = mkstemp(&name)
    guard file >= 0 else { throw failure(path) }
    _ = fcntl(file, F_SETFD, FD_CLOEXEC)
    let temporary = name.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    var isDone = false
    defer {
      close(file)
      if !isDone { unlink(temporary) }
    }
    try write(content, to: file, path)
    guard fchmod(file, isThere ? status.st_mode & 0o7777 : mode) == 0, fsync(file) == 0,
      rename(temporary, target) == 0
    else { throw failure(path) }
    isDone = true
  }

  /// Writes a new file for the owner alone.
  /// - Throws: where something is there already.
  public static func create(_ path: String, with content: [UInt8]) throws(SecretsError) {
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw failure(path) }
    defer { close(file) }
    try write(content, to: file, path)
    guard fchmod(file, 0o600) == 0 else { throw failure(path) }
  }

  /// Makes a folder, and those above it where they are missing.
  public static func makeFolders(_ path: String, mode: UInt32) throws(SecretsError) {
    var built = path.hasPrefix("/") ? "" : "."
    for part in path.split(separator: "/") {
      built += "/\(part)"
      if mkdir(built, mode) != 0, errno != EEXIST { throw failure(built) }
    }
  }

  private static func write(_ content: [UInt8], to file: Int32, _ path: String) throws(SecretsError) {
    var rest = content[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      if count >= 0 { rest = rest.dropFirst(count) } else if errno != EINTR { throw failure(path) }
    }
  }

  static func failure(_ path: String) -> SecretsError { .file(path: path, reason: String(cString: strerror(errno))) }
}
