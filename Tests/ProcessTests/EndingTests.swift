@preconcurrency import Glibc
import Process
import Testing

/// Whether the process is gone or only waits to be taken notice of.
private func isGone(_ pid: Int32) -> Bool {
  guard let file = fopen("/proc/\(pid)/stat", "r") else { return true }
  defer { fclose(file) }
  var buffer = [CChar](repeating: 0, count: 512)
  guard fgets(&buffer, 512, file) != nil else { return true }
  let text = String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
  return text.split(separator: ")").last?.hasPrefix(" Z") ?? true
}

/// Polls, because a killed grandchild is taken away by init in its own time.
private func eventually(_ condition: () throws -> Bool) async throws -> Bool {
  for _ in 0..<3000 {
    if try condition() { return true }
    try await Task.sleep(for: .milliseconds(10), clock: .continuous)
  }
  return false
}

private func read(_ path: String) -> String {
  guard let file = fopen(path, "r") else { return "" }
  defer { fclose(file) }
  var buffer = [UInt8](repeating: 0, count: 4096)
  let count = fread(&buffer, 1, 4096, file)
  return String(decoding: buffer.prefix(count), as: UTF8.self)
}

private func withTemporaryFile(_ body: (String) async throws -> Void) async throws {
  var name = Array("/tmp/croft-process-XXXXXX".utf8CString)
  close(mkstemp(&name))
  let path = String(decoding: name.dropLast().map(UInt8.init), as: UTF8.self)
  defer { unlink(path) }
  try await body(path)
}

/// A clock on which no grace ends while a test runs.
private final class NoClock: Clock {
  var now: ContinuousClock.Instant { ContinuousClock.now }
  var minimumResolution: Duration { .zero }
  func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
    try await Task.sleep(for: .seconds(3600), clock: .continuous)
  }
}

@Suite(.timeLimit(.minutes(5)))
struct EndingTests {
  /// Writes its own number and those of two descendants into a file, then lingers.
  private static let family = """
    sh -c 'sh -c "echo \\$\\$; exec sleep 60" >>$0 & echo $$ >>$0; wait' "$0" &
    echo $$ >>"$0"; wait
    """

  private func numbers(in path: String) async throws -> [Int32] {
    #expect(try await eventually { read(path).split(separator: "\n").count == 3 })
    return read(path).split(separator: "\n").compactMap { Int32($0) }
  }

  @Test func aTimeOutEndsTheWholeFamily() async throws {
    try await withTemporaryFile { path in
      await #expect(throws: ProcessError.timedOut("sh", after: .seconds(5))) {
        try await Command("sh", ["-c", Self.family, path]).run(timeout: .seconds(5))
      }
      let family = try await numbers(in: path)
      #expect(family.count == 3)
      #expect(try await eventually { family.allSatisfy(isGone) })
    }
  }

  @Test func cancellingEndsTheWholeFamily() async throws {
    try await withTemporaryFile { path in
      let task = Task { try await Command("sh", ["-c", Self.family, path]).run() }
      let family = try await numbers(in: path)
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(family.count == 3)
      #expect(try await eventually { family.allSatisfy(isGone) })
    }
  }

  @Test func whatIgnoresSIGTERMIsKilledAfterTheGrace() async throws {
    let clock = ContinuousClock()
    // Who does not kill it waits for longer than this test may take.
    let elapsed = await clock.measure {
      await #expect(throws: ProcessError.timedOut("sh", after: .milliseconds(300))) {
        try await Command("sh", ["-c", "trap '' TERM; sleep 900 & wait; wait; sleep 900"]).run(
          timeout: .milliseconds(300), grace: .milliseconds(400))
      }
    }
    #expect(elapsed > .milliseconds(700))
  }

  @Test func theGraceIsMeasuredOnTheGivenClock() async throws {
    try await withTemporaryFile { path in
      // The child in the background has nothing of the shell's pipes: a SIGTERM that meets it between fork and exec is
      // lost, and the end of the command would wait for it.
      let script = """
        trap 'sleep 1; echo cleaned >>"$0"; exit 0' TERM
        sleep 60 >/dev/null 2>&1 & echo ready >>"$0"; wait
        """
      let task = Task {
        try await Command("sh", ["-c", script, path]).run(timeout: nil, clock: NoClock(), grace: .milliseconds(1))
      }
      let isReady = try await eventually { read(path) == "ready\n" }
      #expect(isReady)
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(read(path) == "ready\ncleaned\n")
    }
  }

  @Test func aGrandchildThatLeftTheGroupDoesNotHoldUpTheEnd() async throws {
    try await withTemporaryFile { path in
      await #expect(throws: ProcessError.self) {
        // It keeps the pipes open in a session of its own.
        let script = "setsid sh -c 'echo $$ >\"$0\"; exec sleep 900' \"$0\" & wait; sleep 900"
        _ = try await Command("sh", ["-c", script, path]).run(timeout: .seconds(5), grace: .milliseconds(300))
      }
      #expect(try await eventually { !read(path).isEmpty })
      let grandchild = try #require(Int32(read(path).dropLast()))
      #expect(kill(grandchild, SIGKILL) == 0, "it was still running")
    }
  }

  @Test func anAlreadyCancelledTaskStartsNothing() async throws {
    try await withTemporaryFile { path in
      let task = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        return try await Command("sh", ["-c", "echo started >\"$0\"", path]).run()
      }
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(read(path).isEmpty)
    }
  }

  @Test func aServerRunsUntilItIsEnded() async throws {
    try await withTemporaryFile { path in
      let server = try Command("sh", ["-c", "echo up; echo odd >&2; exec sleep 60"]).start(
        standardOutput: .file(path), standardError: .file(path))
      #expect(server.isRunning)
      #expect(try await eventually { read(path) == "up\nodd\n" })
      #expect(!isGone(server.pid))
      #expect(await server.terminate() == .signaled(SIGTERM))
      #expect(!server.isRunning)
      #expect(isGone(server.pid))
      #expect(try await server.wait() == .signaled(SIGTERM))
      #expect(await server.terminate() == .signaled(SIGTERM), "twice does no harm")
    }
  }

  @Test func killActsLikeAPowerCut() async throws {
    let server = try Command("sh", ["-c", "trap '' TERM; while :; do sleep 1; done"]).start()
    #expect(await server.kill() == .signaled(SIGKILL))
  }

  @Test func cancellingAWaitLeavesTheServerRunning() async throws {
    let server = try Command("sleep", ["60"]).start()
    let waiting = Task { try await server.wait() }
    waiting.cancel()
    await #expect(throws: CancellationError.self) { try await waiting.value }
    #expect(server.isRunning)
    await server.kill()
  }

  @Test func severalCanWaitForOneEnd() async throws {
    let server = try Command("sleep", ["0.3"]).start()
    async let first = server.wait()
    async let second = server.wait()
    #expect(try await [first, second] == [.exited(0), .exited(0)])
  }
}
