@preconcurrency import Glibc
import Process
import Testing

struct ForegroundTests {
  @Test(arguments: [("exit 0", CommandOutput.Status.exited(0)), ("exit 7", .exited(7)), ("kill -9 $$", .signaled(9))])
  func tellsHowTheProgramEnded(script: String, status: CommandOutput.Status) async throws {
    #expect(try await Command("sh", ["-c", script]).runInForeground() == status)
  }

  @Test func staysInTheGroupThatHasTheTerminal() async throws {
    // A program in another group would be stopped when it reads from the terminal.
    let script = "test $(ps -o pgid= -p $$) = \(getpgrp())"
    #expect(try await Command("sh", ["-c", script]).runInForeground() == .exited(0))
    #expect(try await Command("sh", ["-c", script]).run().status == .exited(1))
  }

  @Test func aMissingProgramIsNamed() async {
    await #expect(throws: ProcessError.notFound("no-such-editor")) {
      try await Command("no-such-editor").runInForeground()
    }
  }
}
