@preconcurrency import Glibc
import Process
import Testing

/// A folder of its own for one test, with what is needed to look into it.
struct ScratchFolder: Sendable {
  let path: String

  static func with(_ body: (ScratchFolder) async throws -> Void) async throws {
    var name = Array("/tmp/croft-cli-XXXXXX".utf8CString)
    _ = mkdtemp(&name)
    let folder = ScratchFolder(path: String(decoding: name.dropLast().map(UInt8.init), as: UTF8.self))
    do { try await body(folder) } catch {
      try await folder.remove()
      throw error
    }
    try await folder.remove()
  }

  private func remove() async throws { _ = try await Command("rm", ["-rf", path]).run() }

  /// Writes a file, in folders that need not be there yet.
  func write(_ text: String, to file: String) throws {
    var folder = path
    for part in file.split(separator: "/").dropLast() {
      folder += "/\(part)"
      mkdir(folder, 0o755)
    }
    let descriptor = open("\(path)/\(file)", O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    #expect(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
  }

  func read(_ file: String) throws -> String {
    let descriptor = open("\(path)/\(file)", O_RDONLY)
    try #require(descriptor >= 0, "\(file) is not there")
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 1 { return String(decoding: bytes, as: UTF8.self) }
      bytes += buffer[..<count]
    }
  }

  /// The permission bits, or `nil` where nothing is.
  func mode(_ file: String) -> mode_t? {
    var status = stat()
    return lstat("\(path)/\(file)", &status) == 0 ? status.st_mode & 0o7777 : nil
  }

  func isLink(_ file: String) -> Bool {
    var status = stat()
    return lstat("\(path)/\(file)", &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  /// The paths of all files, sorted.
  func files() async throws -> [String] {
    let output = try await Command("find", [".", "!", "-type", "d"], directory: path).run()
    return output.text.split(separator: "\n").map { String($0.dropFirst(2)) }.sorted()
  }
}
