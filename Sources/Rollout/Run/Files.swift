import Glibc

/// Files on this machine.
public struct Files: Sendable {
  public init() {}

  func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// - Returns: `nil` where there is no such file, or it cannot be read.
  func bytes(_ path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var result: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0 { if errno == EINTR { continue } else { return nil } }
      if count == 0 { return result }
      result += buffer[0..<count]
    }
  }

  /// The names in a folder, sorted, without dot files.
  func list(_ path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }

  func isFolder(_ path: String) -> Bool {
    var info = stat()
    return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
  }

  /// Writes a whole file at once: it has its final mode from the start, and readers see the old or the new one.
  func write(_ bytes: [UInt8], to path: String, mode: mode_t) throws {
    let folder = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
    try makeFolder(folder)
    let temporary = "\(path).\(getpid()).\(UInt32.random(in: 0...UInt32.max))"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw RenderError.file(path, reason: reason()) }
    var offset = 0
    while offset < bytes.count {
      let count = bytes[offset...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        let why = reason()
        close(descriptor)
        unlink(temporary)
        throw RenderError.file(path, reason: why)
      }
      offset += count
    }
    fsync(descriptor)
    close(descriptor)
    guard rename(temporary, path) == 0 else {
      let why = reason()
      unlink(temporary)
      throw RenderError.file(path, reason: why)
    }
  }

  func makeFolder(_ path: String) throws {
    if path.isEmpty || isFolder(path) { return }
    try makeFolder(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]))
    guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw RenderError.file(path, reason: reason()) }
  }

  /// A new folder that only this user can read.
  func temporaryFolder(in parent: String) throws -> String {
    try makeFolder(parent)
    var template = Array("\(parent)/tmp.XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw RenderError.file(parent, reason: reason()) }
    return template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
  }

  /// Removes a file or a folder with all that is in it.
  func remove(_ path: String) {
    if isFolder(path) {
      for name in list(path) { remove(path + "/" + name) }
      rmdir(path)
    } else {
      unlink(path)
    }
  }

  private func reason() -> String { String(cString: strerror(errno)) }
}
