@preconcurrency import Glibc
import Hosts
import Process
import Redaction
import Synchronization
import Testing

/// Files through a real SSH server.
@Suite(.enabled(if: SSHServer.isComplete, "needs root, sshd and sudo"), .timeLimit(.minutes(5)))
struct SSHFileTests {
  @Test func `a file has its content, mode and owner`() async throws {
    try await withHost { host, server in
      let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7 + $0 >> 9) }
      let path = "\(server.folder)/a file with 'quotes'"
      try await host.put(
        HostFile(path: path, content: Secret(bytes), mode: 0o640, owner: "nobody", group: "daemon"))
      try #require(try await host.get(path, limit: 1 << 20) == bytes)
      let stat = try await host.answer("stat -c '%a %U %G' \(path.shellWord)")
      #expect(stat.text == "640 nobody daemon\n")
      try #require(try await host.answer("ls -A \(server.folder) | grep -c '^.croft-'").text == "0\n")
    }
  }

  @Test(arguments: [[], Array("\n\n".utf8), [0], Array("no line break".utf8)])
  func `small files come back as they are`(_ bytes: [UInt8]) async throws {
    try await withHost { host, server in
      let path = "\(server.folder)/small"
      try await host.put(HostFile(path: path, content: Secret(bytes), mode: 0o600))
      let back = try await host.get(path, limit: 100)
      #expect(back == bytes)
    }
  }

  @Test func `who reads meanwhile sees the old file or the new one, never another mode`() async throws {
    try await withHost { host, server in
      let path = "\(server.folder)/config"
      let (old, new) = (
        Array(repeating: UInt8(ascii: "a"), count: 200_000), Array(repeating: UInt8(ascii: "b"), count: 200_000)
      )
      try await host.put(HostFile(path: path, content: Secret(old), mode: 0o600))
      let watcher = Task.detached {
        var seen: Set<String> = []
        while !Task.isCancelled {
          guard let text = try? readText(path) else { continue }
          var status = stat()
          stat(path, &status)
          seen.insert("\(text.utf8.count) \(Set(text.utf8).count) \(String(status.st_mode & 0o777, radix: 8))")
          await Task.yield()
        }
        return seen
      }
      for _ in 0..<5 {
        try await host.put(HostFile(path: path, content: Secret(new), mode: 0o600))
        try await host.put(HostFile(path: path, content: Secret(old), mode: 0o600))
      }
      watcher.cancel()
      let seen = await watcher.value
      #expect(seen == ["200000 1 600"])
    }
  }

  @Test func `neither a file's content nor a script nor a password is ever an argument or in an environment`()
    async throws
  {
    try await SSHServer.with(users: true) { server in
      try await server.withHost({ $0.user = SSHUsers.asking }, sudoPassword: SSHUsers.password) { host in
        let secret = "s3cr3t-in-file"
        let watcher = Task.detached {
          var found: Set<String> = []
          while !Task.isCancelled {
            for word in [secret, "s3cr3t-in-script", SSHUsers.password] where exposed(word) { found.insert(word) }
            await Task.yield()
          }
          return found
        }
        let path = "\(server.folder)/secret"
        for _ in 0..<3 {
          try await host.put(HostFile(path: path, content: Secret(Array(secret.utf8)), mode: 0o600))
          _ = try await host.answer(": s3cr3t-in-script; sleep 0.3", asRoot: true)
        }
        watcher.cancel()
        let found = await watcher.value
        #expect(found.isEmpty)
        #expect(!server.log.contains("s3cr3t"))
      }
    }
  }

  @Test func `a missing file is nil, and what cannot be told is an error`() async throws {
    try await withHost { host, server in
      try #require(try await host.get("\(server.folder)/missing", limit: 100) == nil)
      try #require(try await host.get("\(server.folder)/host/below", limit: 100) == nil)
      await #expect(throws: HostError.self) { try await host.get(server.folder, limit: 100) }
      await #expect(throws: HostError.tooMuch(host: "cow", what: "\(server.folder)/host", limit: 10)) {
        try await host.get("\(server.folder)/host", limit: 10)
      }
    }
  }

  @Test func `a file that cannot be written is one clear error`() async throws {
    try await withHost { host, server in
      func put(_ path: String, owner: String = "root") async -> HostError? {
        do throws(HostError) {
          try await host.put(HostFile(path: path, content: Secret([1]), mode: 0o600, owner: owner))
          return nil
        } catch {
          return error
        }
      }
      for (path, word) in [
        ("\(server.folder)/missing/file", "cd"), ("/proc/file", "mktemp"), (server.folder, "directory"),
      ] {
        guard case .notWritable(_, path, let cause) = await put(path) else {
          Issue.record("\(path) was written")
          continue
        }
        #expect(cause.contains(word))
      }
      guard case .notWritable(_, _, let cause) = await put("\(server.folder)/x", owner: "noone") else {
        Issue.record("an unknown user owns a file")
        return
      }
      #expect(cause.contains("invalid user"))
      try #require(try await host.answer("ls -A \(server.folder) | grep -c '^.croft-'").text == "0\n")
    }
  }

  @Test func `a full file system is told as that, and the old file stays`() async throws {
    try await SSHServer.with { server in
      let disk = "\(server.folder)/disk"
      mkdir(disk, 0o755)
      let mounted = try await Command("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", disk]).run()
      try #require(mounted.isSuccess, "\(mounted)")
      try await server.withHost { host in
        try await host.put(HostFile(path: "\(disk)/file", content: Secret([1]), mode: 0o600))
        await #expect(throws: HostError.noSpace(host: "cow", path: "\(disk)/file")) {
          try await host.put(
            HostFile(path: "\(disk)/file", content: Secret([UInt8](repeating: 1, count: 200_000)), mode: 0o600))
        }
        try #require(try await host.get("\(disk)/file", limit: 10) == [1])
      }
      _ = try await Command("umount", [disk]).run()
    }
  }

  private func withHost(_ body: (SSHHost, SSHServer) async throws -> Void) async throws {
    try await SSHServer.with { server in try await server.withHost { try await body($0, server) } }
  }
}

/// Whether a word stands in a command line or an environment of any other process.
private func exposed(_ word: String) -> Bool {
  guard let folder = opendir("/proc") else { return false }
  defer { closedir(folder) }
  while let entry = readdir(folder) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    guard let pid = Int32(name), pid != getpid() else { continue }
    for file in ["cmdline", "environ"] {
      if let file = fopen("/proc/\(name)/\(file)", "re") {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = fread(&buffer, 1, buffer.count, file)
        fclose(file)
        if String(decoding: buffer[..<count], as: UTF8.self).contains(word) { return true }
      }
    }
  }
  return false
}
