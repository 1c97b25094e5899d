@preconcurrency import Glibc
import Process
import Testing

@Suite(.timeLimit(.minutes(5)))
struct RunTests {
  @Test func givesOutputErrorAndStatus() async throws {
    let output = try await Command("sh", ["-c", "echo out; echo err >&2; exit 3"]).run()
    #expect(output.text == "out\n")
    #expect(output.errorText == "err\n")
    #expect(output.status == .exited(3))
    #expect(!output.isSuccess)
  }

  @Test func namesTheSignalThatEndedIt() async throws {
    let output = try await Command("sh", ["-c", "kill -USR1 $$"]).run()
    #expect(output.status == .signaled(SIGUSR1))
  }

  @Test(arguments: [1, 4096, 65_536, 65_537, 8 << 20])
  func passesAnySizeBothWaysAtOnce(size: Int) async throws {
    let input = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    // tee fills both pipes while its input is still being written.
    let output = try await Command("sh", ["-c", "tee /dev/stderr"], input: input).run()
    #expect(output.standardOutput == input)
    #expect(output.standardError == input)
  }

  @Test func outlivesAProgramThatDoesNotReadItsInput() async throws {
    let output = try await Command("true", input: [UInt8](repeating: 65, count: 4 << 20)).run()
    #expect(output.isSuccess)
  }

  @Test func givesEmptyInputWhereThereIsNone() async throws {
    #expect(try await Command("cat").run().text.isEmpty)
  }

  @Test func saysWhatIsNotThere() async throws {
    await #expect(throws: ProcessError.notFound("no-such-program")) { try await Command("no-such-program").run() }
    await #expect(throws: ProcessError.notFound("/etc/passwd")) { try await Command("/etc/passwd").run() }
    await #expect(throws: ProcessError.noDirectory("true", directory: "/no/folder")) {
      try await Command("true", directory: "/no/folder").run()
    }
    #expect(ProcessError.notFound("helm").description == "helm is not in PATH; install it, or add its folder to PATH")
  }

  @Test func looksUpThePathThatTheProgramGets() async throws {
    await #expect(throws: ProcessError.notFound("ls")) {
      try await Command("ls", environment: ["PATH": "/var/empty"]).run()
    }
  }

  @Test func changesEnvironmentAndFolder() async throws {
    let output = try await Command(
      "sh", ["-c", "pwd; echo \"$ADDED\"; echo \"${HOME-unset}\""], environment: ["ADDED": "a=b c", "HOME": nil],
      directory: "/usr/share"
    ).run()
    #expect(output.text == "/usr/share\na=b c\nunset\n")
  }

  @Test func passesArgumentsUntouched() async throws {
    let arguments = ["", " ", "*", "$HOME", "'\"", "ä\n"]
    let output = try await Command("printf", ["%s|"] + arguments).run()
    #expect(output.text == arguments.joined(separator: "|") + "|")
  }

  @Test func leaksNoDescriptor() async throws {
    let inherited = open("/etc/hostname", O_RDONLY)
    defer { close(inherited) }
    let output = try await Command("ls", ["/proc/self/fd"]).run()
    // The fourth is the folder that ls itself reads.
    #expect(output.text == "0\n1\n2\n3\n")
  }

  @Test func closesWhatItOpened() async throws {
    let before = try await descriptorCount()
    for _ in 0..<300 { _ = try await Command("cat", input: [65]).run() }
    // Other tests have commands open meanwhile; three hundred leaks would be at least that many.
    #expect(try await descriptorCount() < before + 300)
  }

  @Test func startsWithDefaultSignals() async throws {
    signal(SIGPIPE, SIG_IGN)
    defer { signal(SIGPIPE, SIG_DFL) }
    let output = try await Command("sh", ["-c", "grep -E 'Sig(Blk|Ign)' /proc/self/status"]).run()
    let sets = output.text.split(whereSeparator: \.isWhitespace).compactMap { UInt64($0, radix: 16) }
    // Signals 32 and 33 belong to the C library.
    #expect(sets.map { $0 & 0x7fff_ffff } == [0, 0])
  }

  @Test func aChildInTheBackgroundDoesNotDelayTheAnswer() async throws {
    let output = try await Command("sh", ["-c", "sleep 600 & echo $!"]).run()
    let pid = try #require(Int32(output.text.dropLast()))
    #expect(kill(pid, SIGKILL) == 0, "it was still running")
  }

  @Test func runsManyAtOnce() async throws {
    let texts = try await withThrowingTaskGroup(of: String.self) { group in
      for number in 0..<60 {
        group.addTask { try await Command("sh", ["-c", "sleep 0.2; echo \(number)"]).run().text }
      }
      var texts: Set<String> = []
      for try await text in group { texts.insert(text) }
      return texts
    }
    #expect(texts == Set((0..<60).map { "\($0)\n" }))
  }

  private func descriptorCount() async throws -> Int {
    try await Command("ls", ["/proc/\(getpid())/fd"]).run().text.split(separator: "\n").count
  }
}
