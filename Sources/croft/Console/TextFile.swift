@preconcurrency import Glibc

/// Files that the user edits, written so that nothing is lost on the way.
enum TextFile {
  /// Why a file could not be written; the operating system's words.
  struct Failure: Error, CustomStringConvertible {
    var path: String
    var reason: String
    var description: String { "\(path) cannot be written: \(reason)" }
  }

  /// Puts a new content in a file's place, all at once: whoever reads it sees the old or the new one. The file keeps
  /// its mode and, where that is allowed, its owner; a symbolic link stays one.
  static func replace(_ path: String, with text: String) throws(Failure) {
    guard let resolved = realpath(path, nil) else { throw failure(path) }
    defer { free(resolved) }
    let target = String(cString: resolved)
    var status = stat()
    guard stat(target, &status) == 0 else { throw failure(path) }
    // What is read-only was made so to stay as it is; renaming would not ask.
    guard access(target, W_OK) == 0 else { throw failure(path) }
    let temporary = "\(target).\(getpid()).tmp"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure(path) }
    do throws(Failure) {
      try write(text, to: descriptor, path)
      // Somebody else's file stays theirs where this user may give files away.
      _ = fchown(descriptor, status.st_uid, status.st_gid)
      guard fchmod(descriptor, status.st_mode & 0o7777) == 0, fsync(descriptor) == 0 else { throw failure(path) }
    } catch {
      close(descriptor)
      unlink(temporary)
      throw error
    }
    close(descriptor)
    guard rename(temporary, target) == 0 else {
      let failure = failure(path)
      unlink(temporary)
      throw failure
    }
  }

  /// Writes a file that is not there yet.
  static func create(_ path: String, with text: String) throws(Failure) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure(path) }
    defer { close(descriptor) }
    try write(text, to: descriptor, path)
  }

  /// The whole of standard input.
  static func standardInput() throws(Failure) -> [UInt8] {
    var content: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = read(STDIN_FILENO, &buffer, buffer.count)
      if count > 0 {
        content += buffer[..<count]
      } else if count == 0 {
        return content
      } else if errno != EINTR {
        throw failure("standard input")
      }
    }
  }

  private static func write(_ text: String, to descriptor: Int32, _ path: String) throws(Failure) {
    let bytes = Array(text.utf8)
    var offset = 0
    while offset < bytes.count {
      let count = bytes[offset...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 { offset += count } else if errno != EINTR { throw failure(path) }
    }
  }

  private static func failure(_ path: String) -> Failure {
    Failure(path: path, reason: String(cString: strerror(errno)))
  }
}
