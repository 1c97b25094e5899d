import Glibc

/// Small local files: kubeconfigs, keys, tokens.
enum LocalFile {
  struct Failure: Error, CustomStringConvertible {
    var errno: CInt
    /// `No such file or directory`.
    var description: String { String(cString: strerror(errno)) }
  }

  /// - Parameter limit: More bytes than this are refused, so that a wrong path does not fill the memory.
  static func read(_ path: String, limit: Int = 16 << 20) throws(Failure) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Failure(errno: errno) }
    defer { close(descriptor) }
    var result: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      if count < 0 { throw Failure(errno: errno) }
      if count == 0 { return result }
      result += chunk[..<count]
      if result.count > limit { throw Failure(errno: EFBIG) }
    }
  }

  /// Whether the group or others may read it.
  static func isReadableByOthers(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & 0o044 != 0
  }

  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
}
