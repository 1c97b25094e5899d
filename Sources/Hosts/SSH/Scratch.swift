@preconcurrency import Glibc

/// A folder for `body` alone that only this user may enter; it is removed with the files in it.
func withScratchFolder<Result>(_ body: (String) async throws -> Result?) async throws -> Result? {
  var template = Array("/tmp/croft-XXXXXX".utf8CString)
  guard let made = mkdtemp(&template) else { return nil }
  let folder = String(cString: made)
  defer {
    unlink("\(folder)/known_hosts")
    unlink("\(folder)/known_hosts.old")
    rmdir(folder)
  }
  return try await body(folder)
}

/// The text of a file of at most 1 MiB; `nil` where it cannot be read.
func readSmallFile(_ path: String) -> String? {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return nil }
  defer { Glibc.close(descriptor) }
  var bytes = [UInt8](repeating: 0, count: 1 << 20)
  let count = read(descriptor, &bytes, bytes.count)
  return count < 0 ? nil : String(decoding: bytes[..<count], as: UTF8.self)
}
