@preconcurrency import Glibc
import Hosts
import Process
import Redaction
import Synchronization
import Testing

/// Scripts through a real SSH server.
@Suite(.enabled(if: SSHServer.isComplete, "needs root, sshd and sudo"), .timeLimit(.minutes(5)))
struct SSHRunTests {
  @Test func `output, errors and status come back apart`() async throws {
    try await withHost { host, _ in
      let result = try await host.answer("echo out; echo err >&2; exit 3")
      #expect(result == HostResult(status: 3, output: Array("out\n".utf8), errors: "err\n"))
    }
  }

  @Test func `a script that fails with 255 is told from a connection that broke`() async throws {
    try await withHost { host, _ in
      try #require(try await host.answer("exit 255").status == 255)
      try #require(try await host.answer("kill -9 $(sh -c 'echo $PPID')").status == 137)
    }
  }

  @Test func `output without a line break, with NUL and with every byte stays as it is`() async throws {
    try await withHost { host, server in
      let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31 + $0 >> 8) }
      let file = try #require(fopen("\(server.folder)/bytes", "we"))
      fwrite(bytes, 1, bytes.count, file)
      fclose(file)
      let result = try await host.answer("cat \(server.folder)/bytes; printf x")
      #expect(result.output == bytes + Array("x".utf8))
      try #require(try await host.answer("printf ''").output.isEmpty)
      try #require(try await host.answer("printf '\\n\\n'").text == "\n\n")
    }
  }

  @Test func `a script has an empty standard input, the C locale and the root folder`() async throws {
    try await withHost { host, _ in
      let script = "cat; read -r line || echo end; echo $LC_ALL; pwd; echo rest"
      try #require(try await host.answer(script).text == "end\nC\n/\nrest\n")
    }
  }

  @Test func `a script of 200 kB with quotes, dollars and here-documents runs as it is`() async throws {
    try await withHost { host, _ in
      let lines = (0..<5000).map { "printf '%s\\n' 'line \($0) \"$HOME\" ü'" }
      let script = lines.joined(separator: "\n") + "\ncat <<'END'\n$not 'expanded' \\n\nEND\n"
      let result = try await host.answer(script)
      #expect(result.text.hasSuffix("line 4999 \"$HOME\" ü\n$not 'expanded' \\n\n"))
      #expect(result.text.count { $0 == "\n" } == 5001)
    }
  }

  @Test func `10 MB come whole, and more than 16 MiB is an error that ends the script`() async throws {
    try await withHost { host, server in
      let result = try await host.answer("head -c 10000000 /dev/zero")
      #expect(result.output.count == 10_000_000)
      await #expect(throws: HostError.tooMuch(host: "cow", what: "what a test writes", limit: 16 << 20)) {
        try await host.run(
          HostScript("while :; do head -c 1000000 /dev/zero; done # \(server.folder)", label: "a test"))
      }
      try await eventually("the script has ended") { processes(with: "head\0-c\01000000").isEmpty }
    }
  }

  @Test func `lines are told as they come, of both outputs`() async throws {
    try await withHost { host, server in
      let lines = Mutex<[HostLine]>([])
      let script = """
        echo one; echo; echo two >&2; printf 'three\\r\\n'
        while ! test -e \(server.folder)/go; do sleep 0.05; done
        printf four
        """
      let result = try await host.run(HostScript(script, label: "a test")) { line in
        lines.withLock { $0.append(line) }
        if line.text == "three" { try? writeText("", to: "\(server.folder)/go") }
      }
      #expect(result.isSuccess)
      #expect(lines.withLock { $0.filter { $0.stream == .output }.map(\.text) } == ["one", "", "three", "four"])
      #expect(lines.withLock { $0.filter { $0.stream == .errors }.map(\.text) } == ["two"])
    }
  }

  @Test func `what a login shell says is not taken for output`() async throws {
    try await SSHServer.with(users: true) { server in
      try writeText("echo Welcome; echo Beware >&2\n", to: "\(server.folder)/.bashrc")
      try await server.withHost({ $0.user = SSHUsers.plain }) { host in
        let result = try await host.answer("id -un; echo err >&2")
        #expect(result == HostResult(status: 0, output: Array("plain\n".utf8), errors: "err\n"))
      }
    }
  }

  @Test func `a child left in the background does not hold the result back`() async throws {
    try await withHost { host, _ in
      let result = try await host.answer("sleep 47 & echo $!; echo done")
      let words = result.text.split(separator: "\n")
      #expect(words.last == "done")
      // It goes on: nobody asked to end it.
      let pid = try #require(Int32(words[0]))
      #expect(kill(pid, 0) == 0)
      kill(pid, SIGKILL)
    }
  }

  @Test func `many scripts share one connection, each a session`() async throws {
    try await withHost { host, server in
      for number in 0..<5 { try #require(try await host.answer("echo \(number)").isSuccess) }
      try await withThrowingTaskGroup(of: String.self) { group in
        for number in 0..<20 {
          group.addTask { try await host.answer("sleep 0.1; echo \(number)").text }
        }
        let texts = try await group.reduce(into: Set<String>()) { $0.insert($1) }
        #expect(texts.count == 20)
      }
      #expect(server.connections == 1, "\(server.log)")
    }
  }

  @Test func `scripts that start together wait for the one connection`() async throws {
    try await withHost { host, server in
      try await withThrowingTaskGroup(of: Bool.self) { group in
        for _ in 0..<12 { group.addTask { try await host.answer("true").isSuccess } }
        let areFine = try await group.allSatisfy { $0 }
        #expect(areFine)
      }
      #expect(server.connections == 1)
    }
  }

  @Test func `twenty hosts run in parallel`() async throws {
    try await SSHServer.with { server in
      let hosts = (0..<20).map { SSHHost(name: "host\($0)", server.destination) }
      try await withThrowingTaskGroup(of: String.self) { group in
        for host in hosts {
          group.addTask { try await host.answer("echo \(host.name)").text }
        }
        let texts = try await group.reduce(into: Set<String>()) { $0.insert($1) }
        #expect(texts.count == 20)
      }
      #expect(server.connections == 20)
      await withTaskGroup { group in for host in hosts { group.addTask { await host.close() } } }
    }
  }

  @Test func `a closed host leaves neither process nor folder, and opens again`() async throws {
    try await withHost { host, server in
      _ = try await host.answer("true")
      await host.close()
      try #require(try await host.answer("echo again").text == "again\n")
      #expect(server.connections == 2)
    }
  }
}

extension SSHRunTests {
  func withHost(_ body: (SSHHost, SSHServer) async throws -> Void) async throws {
    try await SSHServer.with { server in try await server.withHost { try await body($0, server) } }
  }
}

extension SSHServer {
  /// A host on this server that is closed behind.
  func withHost<Result>(
    _ change: (inout SSHDestination) -> Void = { _ in }, sudoPassword: String? = nil, idle: Duration = .seconds(60),
    _ body: (SSHHost) async throws -> Result
  ) async throws -> Result {
    var destination = destination
    change(&destination)
    let host = SSHHost(name: "cow", destination, sudoPassword: sudoPassword.map { Secret($0) }, idle: idle)
    do {
      let result = try await body(host)
      await host.close()
      return result
    } catch {
      await host.close()
      throw error
    }
  }
}

extension Host {
  /// What a script of no importance leaves behind.
  func answer(_ script: String, asRoot: Bool = false, timeout: Duration = .seconds(30)) async throws -> HostResult {
    try await run(HostScript(script, asRoot: asRoot, timeout: timeout, label: "a test"))
  }
}
