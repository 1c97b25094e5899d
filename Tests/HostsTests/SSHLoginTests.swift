@preconcurrency import Glibc
import Hosts
import Process
import Testing

/// Host keys, logins and ways to a machine.
@Suite(.enabled(if: SSHServer.isComplete, "needs root, sshd and sudo"), .timeLimit(.minutes(5)))
struct SSHLoginTests {
  @Test(arguments: [false, true])
  func `an unknown key is shown, accepted, and known from then on`(_ isHashed: Bool) async throws {
    try await SSHServer.with(client: isHashed ? ["HashKnownHosts yes"] : [], known: false) { server in
      let fingerprint = try await server.fingerprint()
      try await server.withHost { host in
        let key = try #require(await unknownKey(host))
        #expect(key.machine == "cow")
        #expect(key.address == "[127.0.0.1]:\(server.port)")
        #expect(key.fingerprint == fingerprint)
        #expect(key.type == "ED25519")
        #expect(key.file == server.knownHosts)
        // Nothing was decided yet.
        #expect(await unknownKey(host) == key || isHashed)
        #expect(access(server.knownHosts, F_OK) != 0)

        try writeText("# a line without an end", to: server.knownHosts)
        try HostKeys.accept(key)
        let result = try await host.answer("echo in")
        #expect(result.text == "in\n")
        let text = try server.text("known_hosts")
        #expect(text.hasPrefix("# a line without an end\n"))
        #expect(text.contains("|1|") == isHashed)
        #expect(text.contains("127.0.0.1") == !isHashed)
      }
    }
  }

  @Test func `a changed key is refused, with both fingerprints and the line`() async throws {
    try await SSHServer.with(known: false) { server in
      try server.know("other")
      let (expected, seen) = (try await server.fingerprint("other"), try await server.fingerprint())
      try await server.withHost { host in
        let error = HostError.changedHostKey(
          host: "cow", address: "127.0.0.1 port \(server.port)", expected: expected, seen: seen,
          place: "\(server.knownHosts):1")
        await #expect(throws: error) { try await host.answer("true") }
      }
    }
  }

  @Test func `a pinned key is taken without known_hosts, also where it is not the server's first`() async throws {
    try await SSHServer.with(known: false) { server in
      let pin = try await server.fingerprint()
      try await server.withHost({ $0.hostKey = pin }) { host in
        let result = try await host.answer("echo in")
        #expect(result.text == "in\n")
      }
      #expect(access(server.knownHosts, F_OK) != 0)
    }
    let folder = try makeFolder()
    _ = try await Command("ssh-keygen", ["-q", "-t", "ecdsa", "-N", "", "-f", "\(folder)/ecdsa"]).run()
    let line = try await Command("ssh-keygen", ["-l", "-f", "\(folder)/ecdsa.pub"]).run().text
    let pin = String(line.split(separator: " ")[1])
    try await SSHServer.with(settings: ["HostKey \(folder)/ecdsa"], known: false) { server in
      try await server.withHost({ $0.hostKey = pin }) { host in
        for _ in 0..<2 {
          let result = try await host.answer("echo in")
          #expect(result.text == "in\n")
        }
      }
    }
    try await remove(folder)
  }

  @Test func `another key than the pinned one is refused, also where known_hosts has it`() async throws {
    try await SSHServer.with { server in
      let (pin, seen) = (try await server.fingerprint("other"), try await server.fingerprint())
      try await server.withHost({ $0.hostKey = pin }) { host in
        let error = HostError.changedHostKey(
          host: "cow", address: "127.0.0.1 port \(server.port)", expected: pin, seen: seen,
          place: "hostKey of the node")
        await #expect(throws: error) { try await host.answer("true") }
      }
    }
  }

  @Test func `a port without a server, and a name without an address`() async throws {
    try await SSHServer.with { server in
      let port = try freePort()
      try await server.withHost({ $0.port = port }) { host in
        let error = await failure(host)
        #expect(
          error?.description == """
            cow: no connection to 127.0.0.1 port \(port): ssh: connect to host 127.0.0.1 port \(port): Connection \
            refused; start its SSH server (apt-get install openssh-server), or correct the port
            """)
      }
      try await server.withHost({ $0.host = "nowhere.invalid" }) { host in
        guard case .unreachable(_, _, let cause, let fix) = await failure(host) else {
          Issue.record("nowhere.invalid answered")
          return
        }
        #expect(cause.contains("Could not resolve"))
        #expect(fix.contains("address"))
      }
    }
  }

  /// On a very busy computer `ssh` gives up on the process that keeps its connection.
  @Test func `a client that did not hear from its own connection is asked once more`() async throws {
    try await SSHServer.with { server in
      let late = "\(server.folder)/late-ssh"
      try writeText(
        """
        #!/bin/sh
        echo asked >>"$0.log"
        if mkdir "$0.once" 2>/dev/null || [ -e "$0.always" ]; then
          echo 'Failed to connect to new control master' >&2
          exit 255
        fi
        exec ssh "$@"

        """, to: late)
      chmod(late, 0o700)
      let host = SSHHost(name: "cow", server.destination, executable: late)
      let result = try await host.answer("echo in")
      #expect(result.text == "in\n")
      #expect(try server.text("late-ssh.log") == "asked\nasked\n")

      try writeText("", to: "\(late).always")
      guard case .unreachable(_, _, let cause, _) = await failure(host) else {
        Issue.record("it was asked until it answered")
        return
      }
      #expect(cause == "Failed to connect to new control master")
      #expect(try server.text("late-ssh.log") == "asked\nasked\nasked\nasked\n")
      unlink("\(late).always")
      await host.close()
    }
  }

  @Test func `something that is not an SSH server is unreachable`() async throws {
    try await SSHServer.with { server in
      let port = try freePort()
      let other = try Command("python3", ["-m", "http.server", "--bind", "127.0.0.1", String(port)]).start()
      try await eventually("it listens") {
        try await Command("bash", ["-c", "exec 3<>/dev/tcp/127.0.0.1/\(port)"]).run().isSuccess
      }
      try await server.withHost({ $0.port = port }) { host in
        guard case .unreachable = await failure(host) else {
          Issue.record("an HTTP server let us in")
          return
        }
      }
      await other.terminate()
    }
  }

  @Test func `a login that is refused names the methods and the way out`() async throws {
    try await SSHServer.with { server in
      try writeText(try server.text("other.pub"), to: "\(server.folder)/authorized_keys")
      try await server.withHost { host in
        guard case .refusedLogin("cow", "root", let methods, let fix) = await failure(host) else {
          Issue.record("another key let us in")
          return
        }
        #expect(methods == ["publickey"])
        #expect(fix.contains("authorized_keys"))
      }
      try await server.withHost({ $0.user = "nobody-here" }) { host in
        guard case .refusedLogin(_, "nobody-here", _, _) = await failure(host) else {
          Issue.record("an unknown user is in")
          return
        }
      }
    }
  }

  @Test func `a key with a passphrase is named with the way to unlock it`() async throws {
    try await SSHServer.with { server in
      let key = "\(server.folder)/user"
      _ = try await Command("ssh-keygen", ["-q", "-p", "-P", "", "-N", "locked now", "-f", key]).run()
      try await server.withHost({ $0.key = key }) { host in
        guard case .refusedLogin(_, _, _, let fix) = await failure(host) else {
          Issue.record("a locked key let us in")
          return
        }
        #expect(fix.contains("ssh-add \(key)"))
      }
    }
  }

  @Test func `a user without a shell`() async throws {
    try await SSHServer.with(settings: ["ForceCommand echo This account is closed >&2; exit 1"]) { server in
      try await server.withHost { host in
        let error = await failure(host)
        #expect(error == .noShell(host: "cow", said: "This account is closed"))
      }
    }
  }

  @Test func `a machine behind another one`() async throws {
    try await withJump { host, jump, machine in
      let result = try await host.answer("echo behind")
      #expect(result.text == "behind\n")
      #expect(jump.connections == 1)
      #expect(machine.connections == 1)
    }
  }

  @Test func `an unknown key of the machine in between, then of the machine behind it`() async throws {
    try await withJump { host, jump, machine in
      unlink(machine.knownHosts)
      let first = try #require(await unknownKey(host))
      let firstExpected = try await jump.fingerprint()
      #expect(first.fingerprint == firstExpected)
      #expect(first.machine == "127.0.0.1:\(jump.port)")
      try HostKeys.accept(first)
      let second = try #require(await unknownKey(host))
      let secondExpected = try await machine.fingerprint()
      #expect(second.fingerprint == secondExpected)
      #expect(second.machine == "cow")
      try HostKeys.accept(second)
      let result = try await host.answer("echo behind")
      #expect(result.text == "behind\n")
    }
  }

  @Test func `a machine in between that refuses the login or is off`() async throws {
    try await withJump { host, jump, machine in
      try writeText("", to: "\(jump.folder)/authorized_keys")
      let refused = try #require(await failure(host)?.description)
      #expect(refused.contains("the machine in between lets nobody in: root@127.0.0.1: Permission denied (publickey)"))
      let port = try freePort()
      try await machine.withHost({ $0.jump = "127.0.0.1:\(port)" }) { host in
        let off = try #require(await failure(host)?.description)
        #expect(off.contains("connect to host 127.0.0.1 port \(port): Connection refused"))
      }
    }
  }

  @Test func `a pinned machine behind another one`() async throws {
    try await withJump(pinned: true) { host, jump, machine in
      let result = try await host.answer("echo behind")
      #expect(result.text == "behind\n")
    }
  }

  @Test func `the user's configuration names the machine, the port and the user`() async throws {
    try await SSHServer.with { server in
      let text = try server.text("client")
      try writeText(
        "Host cow.home\n HostName 127.0.0.1\n Port \(server.port)\n User root\n RequestTTY force\n RemoteCommand cat\n"
          + "Host *\n" + text, to: server.configuration)
      try await server.withHost({
        $0.host = "cow.home"
        $0.port = nil
      }) { host in
        let result = try await host.answer("echo named")
        #expect(result.text == "named\n")
      }
    }
  }

  // MARK: What is common

  private func failure(_ host: SSHHost) async -> HostError? {
    do throws(HostError) {
      _ = try await host.run(HostScript("true", timeout: .seconds(20), label: "a test"))
      return nil
    } catch {
      return error
    }
  }

  private func unknownKey(_ host: SSHHost) async -> HostKey? {
    let failure = await failure(host)
    guard case .unknownHostKey(_, let key) = failure else {
      Issue.record("instead of an unknown key: \(failure?.description ?? "a login")")
      return nil
    }
    return key
  }

  /// Two servers; the client's configuration is the second one's, and knows both.
  private func withJump(
    pinned: Bool = false, _ body: (SSHHost, SSHServer, SSHServer) async throws -> Void
  ) async throws {
    try await SSHServer.with { jump in
      try await SSHServer.with { machine in
        var known = try jump.text("known_hosts")
        if !pinned { known += try machine.text("known_hosts") }
        try writeText(known, to: machine.knownHosts)
        // Either server takes the key of the other one's client.
        try writeText(try machine.text("user.pub"), to: "\(jump.folder)/authorized_keys")
        let pin = pinned ? try await machine.fingerprint() : nil
        try await machine.withHost({
          $0.jump = "127.0.0.1:\(jump.port)"
          $0.hostKey = pin
        }) { try await body($0, jump, machine) }
      }
    }
  }
}
