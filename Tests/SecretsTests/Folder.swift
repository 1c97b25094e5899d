@preconcurrency import Glibc
import Process

/// Gives a fresh folder to `body`, and removes it.
func withFolder(_ body: (String) async throws -> Void) async throws {
  var name = Array("/tmp/croft-secrets-XXXXXX".utf8CString)
  _ = mkdtemp(&name)
  let folder = name.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
  let result: Result<Void, any Error>
  do { result = .success(try await body(folder)) } catch { result = .failure(error) }
  _ = try await Command("rm", ["-rf", folder]).run()
  try result.get()
}

/// The permissions of a file.
func mode(_ path: String) -> UInt32 {
  var status = stat()
  return stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
}
