import CProcess
@preconcurrency import Glibc

/// A folder in memory that only the user can look into, for the short time in which an editor needs a file.
///
/// Its name says which process it belongs to. So what a crash leaves behind is known for what it is, and the next
/// start removes it.
public struct PrivateFolder: Sendable {
  public enum Purpose: Sendable {
    /// Plain text: only a folder that never reaches a disk will do.
    case plainText
    /// Nothing secret.
    case ciphertext
  }

  public let path: String
  private static let prefix = "croft-private-"

  /// - Throws: `SecretsError.noPrivateFolder`.
  public static func make(for purpose: Purpose, environment: [String: String?]) throws(SecretsError) -> PrivateFolder {
    let runtime = environment["XDG_RUNTIME_DIR"].flatMap { $0 } ?? getenv("XDG_RUNTIME_DIR").map { String(cString: $0) }
    for parent in parents(runtime) where isInMemory(parent) || purpose == .ciphertext {
      var name = Array("\(parent)/\(prefix)\(getpid())-\(startTime(of: getpid()) ?? 0)-XXXXXX".utf8CString)
      // mkdtemp makes it for the owner alone.
      if mkdtemp(&name) != nil {
        return PrivateFolder(path: name.withUnsafeBufferPointer { String(cString: $0.baseAddress!) })
      }
    }
    throw .noPrivateFolder
  }

  /// Removes the folders of processes that are no more.
  public static func removeLeftovers(environment: [String: String]) {
    for parent in parents(environment["XDG_RUNTIME_DIR"]) {
      for name in names(parent) where name.hasPrefix(prefix) {
        let parts = name.dropFirst(prefix.count).split(separator: "-")
        guard parts.count == 3, let pid = pid_t(parts[0]), let start = UInt64(parts[1]) else { continue }
        var status = stat()
        let path = "\(parent)/\(name)"
        guard lstat(path, &status) == 0, status.st_uid == getuid(), status.st_mode & S_IFMT == S_IFDIR else { continue }
        if startTime(of: pid) != start { PrivateFolder(path: path).remove() }
      }
    }
  }

  /// Writes a file for the owner alone, and gives its path.
  public func write(_ content: [UInt8], as name: String) throws(SecretsError) -> String {
    let file = "\(path)/\(name)"
    try FileContent.create(file, with: content)
    return file
  }

  public func remove() { Self.remove(path) }

  private static func remove(_ path: String) {
    for name in names(path) {
      let child = "\(path)/\(name)"
      if unlink(child) != 0, errno == EISDIR { remove(child) }
    }
    rmdir(path)
  }

  private static func parents(_ runtime: String?) -> [String] {
    [runtime, "/dev/shm", "/tmp"].compactMap { $0 }.filter { $0.hasPrefix("/") }
  }

  private static func isInMemory(_ path: String) -> Bool {
    var status = [Int](repeating: 0, count: 32)
    // TMPFS_MAGIC and RAMFS_MAGIC of linux/magic.h
    return croft_statfs(path, &status) == 0 && [0x0102_1994, 0x8584_58F6].contains(status[0])
  }

  private static func names(_ path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
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

  /// When a process was started, in ticks since the machine was; `nil` where there is none. A number that is used
  /// again belongs to a process with another time (proc(5), field 22 of stat).
  static func startTime(of pid: pid_t) -> UInt64? {
    guard let content = try? FileContent.readIfThere("/proc/\(pid)/stat") else { return nil }
    // The program's name stands in brackets and can hold anything.
    let text = String(decoding: content, as: UTF8.self)
    guard let end = text.lastIndex(of: ")") else { return nil }
    let fields = text[text.index(after: end)...].split(separator: " ")
    return fields.count > 19 ? UInt64(fields[19]) : nil
  }
}
