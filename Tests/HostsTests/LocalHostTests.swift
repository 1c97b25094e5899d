@preconcurrency import Glibc
import Hosts
import Redaction
import Synchronization
import Testing

/// Scripts on this machine.
@Suite(.timeLimit(.minutes(5)))
struct LocalHostTests {
  private let host = LocalHost(name: "here")

  @Test func `output, errors and status`() async throws {
    let result = try await host.answer("echo out; echo err >&2; cat; exit 255")
    #expect(result == HostResult(status: 255, output: Array("out\n".utf8), errors: "err\n"))
  }

  @Test func `lines as they come`() async throws {
    let lines = Mutex<[String]>([])
    _ = try await host.run(HostScript("printf 'a\\n\\nb'", label: "a test")) { line in
      lines.withLock { $0.append(line.text) }
    }
    #expect(lines.withLock { $0 } == ["a", "", "b"])
  }

  @Test func `a time-out ends children too`() async throws {
    await #expect(throws: HostError.timedOut(host: "here", during: "a test", after: .seconds(5))) {
      try await host.answer("sleep 7171 & sleep 7171", timeout: .seconds(5))
    }
    try await eventually("sleep has ended") { processes(with: "sleep\u{0}7171").isEmpty }
  }

  @Test func `the boot id is the kernel's`() async throws {
    let id = try await host.bootID()
    #expect(try readText("/proc/sys/kernel/random/boot_id") == id + "\n")
    try await host.waitUntilUp(after: "another", timeout: .seconds(60), clock: ContinuousClock())
  }

  @Test(.enabled(if: SSHServer.isRoot, "needs root")) func `files are put and read`() async throws {
    let folder = try makeFolder()
    let path = "\(folder)/file"
    let bytes = Array((0..<70_000).map { UInt8(truncatingIfNeeded: $0) })
    try await host.put(HostFile(path: path, content: Secret(bytes), mode: 0o604, owner: "nobody", group: "0"))
    let back = try await host.get(path, limit: 1 << 20)
    #expect(back == bytes)
    var status = stat()
    stat(path, &status)
    #expect(status.st_mode & 0o7777 == 0o604)
    let missing = try await host.get("\(folder)/missing", limit: 1)
    #expect(missing == nil)
    try await remove(folder)
  }
}
