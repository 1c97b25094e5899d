@preconcurrency import Glibc
import Hosts
import Process
import Testing

/// Scripts and connections that do not end by themselves.
@Suite(.enabled(if: SSHServer.isComplete, "needs root, sshd and sudo"), .timeLimit(.minutes(5)))
struct SSHEndingTests {
  @Test func `a time-out ends the script with its children`() async throws {
    try await withHost { host, _ in
      // The connection is there, so that the time is the script's own.
      _ = try await host.answer("true")
      await #expect(throws: HostError.timedOut(host: "cow", during: "a test", after: .seconds(5))) {
        try await host.answer("sh -c 'sleep 7161; true' & sleep 7161", timeout: .seconds(5))
      }
      try await eventually("sleep has ended") { processes(with: "sleep\u{0}7161").isEmpty }
      let result = try await host.answer("echo alive")
      #expect(result.text == "alive\n")
    }
  }

  @Test func `a script that does not heed SIGTERM is killed`() async throws {
    try await withHost { host, _ in
      _ = try await host.answer("true")
      await #expect(throws: HostError.timedOut(host: "cow", during: "a test", after: .seconds(5))) {
        try await host.answer("trap '' TERM; while :; do sleep 0.7162; done", timeout: .seconds(5))
      }
      try await eventually("the loop has ended") { processes(with: "sleep\u{0}0.7162").isEmpty }
    }
  }

  @Test func `a cancelled task ends the script`() async throws {
    try await withHost { host, _ in
      let task = Task { try await host.answer("sleep 7163") }
      try await eventually("sleep runs") { !processes(with: "sleep\u{0}7163").isEmpty }
      task.cancel()
      await #expect(throws: HostError.cancelled(host: "cow", during: "a test")) { try await task.value }
      try await eventually("sleep has ended") { processes(with: "sleep\u{0}7163").isEmpty }
    }
  }

  @Test func `a server that dies in the middle is a lost connection, and the next script opens another`()
    async throws
  {
    try await withHost { host, server in
      let task = Task { try await host.answer("echo $PPID; sleep 7164") }
      try await eventually("sleep runs") { !processes(with: "sleep\u{0}7164").isEmpty }
      // The server's process for this connection: the parent of the shell that leads the session.
      let sleep = try #require(processes(with: "sleep\u{0}7164").first)
      let daemon = try #require(parent(of: getsid(sleep)))
      kill(daemon, SIGKILL)
      do {
        _ = try await task.value
        Issue.record("the script ended well")
      } catch HostError.connectionLost(_, let label, _) {
        #expect(label == "a test")
      }
      try await eventually("sleep has ended") { processes(with: "sleep\u{0}7164").isEmpty }
      let result = try await host.answer("echo alive")
      #expect(result.text == "alive\n")
      #expect(server.connections == 2)
    }
  }

  /// What is left when the process that owned the connection is killed: nothing asks it to end, and nobody waits.
  @Test func `a connection that nobody closes ends by itself`() async throws {
    try await SSHServer.with { server in
      try await server.withHost(idle: .seconds(1)) { host in
        _ = try await host.answer("true")
        #expect(server.connections == 1)
        try await eventually("the connection ends by itself") {
          server.log.contains("Disconnected from user") || server.log.contains("Received disconnect")
        }
        let result = try await host.answer("echo again")
        #expect(result.text == "again\n")
        #expect(server.connections == 2)
      }
    }
  }

  @Test func `killing the client ends the script on the machine`() async throws {
    try await withHost { host, server in
      let task = Task { try await host.answer("sleep 7165") }
      try await eventually("sleep runs") { !processes(with: "sleep\u{0}7165").isEmpty }
      // Like the client of a Croft that was killed, it says nothing before it goes.
      let clients = processes(with: server.configuration).filter { parent(of: $0) == getpid() }
      #expect(clients.count == 1)
      for client in clients { kill(client, SIGKILL) }
      await #expect(throws: HostError.self) { try await task.value }
      try await eventually("sleep has ended") { processes(with: "sleep\u{0}7165").isEmpty }
    }
  }

  private func withHost(_ body: (SSHHost, SSHServer) async throws -> Void) async throws {
    try await SSHServer.with { server in try await server.withHost { try await body($0, server) } }
  }
}

private func parent(of pid: Int32) -> Int32? {
  guard let text = try? readText("/proc/\(pid)/stat"), let end = text.lastIndex(of: ")") else { return nil }
  let words = text[text.index(after: end)...].split(separator: " ")
  return words.count > 1 ? Int32(words[1]) : nil
}
