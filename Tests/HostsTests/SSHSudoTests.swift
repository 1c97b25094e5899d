import Hosts
import Redaction
import Testing

/// Becoming root with the real sudo.
@Suite(.enabled(if: SSHServer.isComplete, "needs root, sshd and sudo"), .timeLimit(.minutes(5)))
struct SSHSudoTests {
  private let script = "id -un; cat; echo err >&2; exit 4"
  private let expected = HostResult(status: 4, output: Array("root\n".utf8), errors: "err\n")

  @Test(arguments: [nil, "unused"])
  func `root needs no sudo`(_ password: String?) async throws {
    try await SSHServer.with { server in
      try await server.withHost(sudoPassword: password) { host in
        let result = try await host.answer(script, asRoot: true)
        #expect(result == expected)
      }
    }
  }

  /// A password that nobody asks for must not become part of the script.
  @Test(arguments: [nil, "not asked for", "exit 9"])
  func `sudo without a password`(_ password: String?) async throws {
    try await withHost(SSHUsers.free, password) { host, _ in
      let result = try await host.answer(script, asRoot: true)
      #expect(result == expected)
      let plain = try await host.answer("id -un")
      #expect(plain.text == "free\n")
    }
  }

  @Test func `sudo with a password, again and again`() async throws {
    try await withHost(SSHUsers.asking, SSHUsers.password) { host, server in
      for _ in 0..<3 {
        let result = try await host.answer(script, asRoot: true)
        #expect(result == expected)
      }
      let bytes = Array("content\n".utf8)
      try await host.put(HostFile(path: "\(server.folder)/put", content: Secret(bytes), mode: 0o600))
      let back = try await host.get("\(server.folder)/put", limit: 100)
      #expect(back == bytes)
      #expect(server.connections == 1)
    }
  }

  @Test func `a needed password is told from a wrong one`() async throws {
    try await withHost(SSHUsers.asking, nil) { host, _ in
      await #expect(throws: HostError.sudoPasswordNeeded(host: "cow", user: "asking")) {
        try await host.answer(script, asRoot: true)
      }
    }
    try await withHost(SSHUsers.asking, "wrong") { host, _ in
      await #expect(throws: HostError.wrongSudoPassword(host: "cow", user: "asking")) {
        try await host.answer(script, asRoot: true)
      }
      // The connection is as good as before.
      let plain = try await host.answer("id -un")
      #expect(plain.text == "asking\n")
    }
  }

  @Test func `a user who may not use sudo`() async throws {
    try await withHost(SSHUsers.plain, SSHUsers.password) { host, _ in
      do {
        _ = try await host.answer(script, asRoot: true)
        Issue.record("plain became root")
      } catch HostError.noSudo(_, let user, let said) {
        #expect(user == "plain")
        #expect(said.contains("not in the sudoers file"))
      }
    }
  }

  @Test func `a script as root is ended with its time-out`() async throws {
    try await withHost(SSHUsers.asking, SSHUsers.password) { host, _ in
      // The connection is there, so that the time is the script's own.
      _ = try await host.answer("true")
      await #expect(throws: HostError.timedOut(host: "cow", during: "a test", after: .seconds(5))) {
        try await host.answer("sleep 7151", asRoot: true, timeout: .seconds(5))
      }
      try await eventually("sleep has ended") { processes(with: "sleep\u{0}7151").isEmpty }
    }
  }

  private func withHost(
    _ user: String, _ password: String?, _ body: (SSHHost, SSHServer) async throws -> Void
  ) async throws {
    try await SSHServer.with(users: true) { server in
      try await server.withHost({ $0.user = user }, sudoPassword: password) { try await body($0, server) }
    }
  }
}
