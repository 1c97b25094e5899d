import Glibc
import Process
import Render

/// Hands `body` a folder of its own with these files in it, and takes it away again.
func withScratch<R>(_ files: [RenderedFile], _ body: (String) async throws -> R) async throws -> R {
  let folder = "/tmp/croft-render-\(getpid())-\(UInt32.random(in: 0 ... .max))"
  _ = try await GeneratedFolder(folder).write(files)
  do {
    let result = try await body(folder)
    _ = try? await Command("rm", ["-rf", folder]).run(timeout: .seconds(300))
    return result
  } catch {
    _ = try? await Command("rm", ["-rf", folder]).run(timeout: .seconds(300))
    throw error
  }
}
