import Process
import Synchronization
import Testing

/// Programs that are answered while they run.
struct ConverseTests {
  @Test func `a program is answered as often as it asks`() async throws {
    let heard = Mutex("")
    let script = "for n in 1 2 3; do echo \"ask $n\"; read -r answer; echo \"got $answer\"; done"
    let status = try await Command("sh", ["-c", script]).converse { stream, bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      heard.withLock { $0 += text }
      return text.split(separator: "\n").filter { $0.hasPrefix("ask") }.map { .write(Array("answer to \($0)\n".utf8)) }
    }
    #expect(status == .exited(0))
    #expect(
      heard.withLock { $0 } == "ask 1\ngot answer to ask 1\nask 2\ngot answer to ask 2\nask 3\ngot answer to ask 3\n")
  }

  @Test func `standard input stays open until an answer closes it`() async throws {
    let heard = Mutex<[UInt8]>([])
    let big = [UInt8](repeating: 7, count: 1 << 20)
    let status = try await Command("sh", ["-c", "echo go; cat >&2"]).converse { stream, bytes in
      if stream == .error { heard.withLock { $0 += bytes } }
      return stream == .output ? [.write(big), .write([1, 2]), .closeInput] : []
    }
    #expect(status == .exited(0))
    #expect(heard.withLock { $0 } == big + [1, 2])
  }

  @Test func `an answer ends the program`() async throws {
    let status = try await Command("sh", ["-c", "echo up; exec sleep 100"]).converse { _, _ in [.end] }
    #expect(status == .signaled(15))
  }

  @Test func `the end of its input is what a program notices first when it is to end`() async throws {
    let heard = Mutex("")
    let script = "trap '' TERM; echo up; cat; echo 'no more input' >&2"
    await #expect(throws: ProcessError.timedOut("sh", after: .seconds(5))) {
      try await Command("sh", ["-c", script]).converse(timeout: .seconds(5)) { stream, bytes in
        if stream == .error { heard.withLock { $0 += String(decoding: bytes, as: UTF8.self) } }
        return []
      }
    }
    #expect(heard.withLock { $0 } == "no more input\n")
  }

  @Test func `a detached program leads a session of its own`() async throws {
    var command = Command("sh", ["-c", "cut -d' ' -f1,5,6 /proc/$$/stat; echo $$"])
    command.isDetached = true
    let words = try await command.run().text.split(whereSeparator: \.isWhitespace)
    #expect(Set(words).count == 1)
  }
}
