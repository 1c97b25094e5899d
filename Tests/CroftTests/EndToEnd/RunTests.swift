@preconcurrency import Glibc
import JSON
import Lab
import Process
import Testing

extension EndToEnd {
  /// Runs that are chosen, doubled, stopped and watched.
  @Suite struct Runs {
    static let file = """
      apiVersion: croft.dev/v1alpha1
      kind: Cluster
      name: runs
      apps:
        one: {namespace: first, image: "example.net/one:1", port: 8000}
        two: {namespace: second, dependsOn: [one], image: "example.net/two:1", port: 8000}
        stuck:
          namespace: third
          timeout: 5m
          manifests:
            - {apiVersion: v1, kind: Pod, metadata: {name: stuck}, spec: {nodeName: no, containers: [{name: a, image: a}]}}
        after: {namespace: third, dependsOn: [stuck], image: "example.net/after:1", port: 8000}
      layers:
        - {name: base, releases: [one, two]}
        - {name: top, releases: [stuck, after]}

      """

    @Test func chosenDoubledStoppedAndWatched() async throws {
      try await withHollowCluster { plane, _ in
        try await EndToEnd.withHome(plane) { home in
          try home.write("cluster.yaml", Self.file)
          try await chosen(home)
          try await doubled(home)
          if Executable.find("script") != nil { try await watched(home) }
        }
      }
    }

    /// A part of the file: what the rest would change is neither planned nor done.
    private func chosen(_ home: Home) async throws {
      let plan = try await home.croft("plan", "--until", "base")
      #expect(plan.status == .exited(2), "\(plan)")
      #expect(plan.text.hasSuffix("8 to create, 0 unchanged\n"))
      #expect(try await home.croft("deploy", "--until", "base", "--dry-run").text == plan.text)
      #expect(try await home.croft("deploy", "--until", "bsae", "--yes").status == .exited(64))
      let deploy = try await home.croft("deploy", "--until", "base", "--yes", "-o", "json")
      #expect(deploy.status == .exited(0), "\(deploy)")
      #expect(deploy.finished?["ready"] == ["one", "two"])
      #expect(deploy.finished?["changes"] == 8)
      let again = try await home.croft("deploy", "--only", "one,two", "--yes")
      #expect(again.text.contains("one: ready, unchanged"), "\(again)")
      #expect(again.text.contains("✓ 2 releases are ready · 0 changes"), "\(again)")
    }

    /// While one run is at work another says who; SIGINT, as from Ctrl-C, ends the first cleanly.
    private func doubled(_ home: Home) async throws {
      let first = try home.command("deploy", "--yes").start(
        standardOutput: .file("\(home.folder)/log"), standardError: .file("\(home.folder)/log"))
      try await home.wait(for: "stuck: waiting for", in: "log")
      let second = try await home.croft("deploy", "--yes")
      #expect(second.status == .exited(75), "\(second)")
      #expect(second.errorText.contains("process \(first.pid)"))
      #expect(try await home.croft("status").text.contains("process \(first.pid) is at work"))

      first.signal(SIGINT)
      #expect(try await first.wait() == .exited(130))
      #expect(home.read("log").contains("not finished: stuck, after"))
      // The lease is free at once.
      let third = try await home.croft("deploy", "--yes", "--until", "base")
      #expect(third.status == .exited(0), "\(third)")
    }

    /// On a terminal the board stays on the screen and the cursor comes back.
    private func watched(_ home: Home) async throws {
      // script gives the program a terminal of its own and writes down what it shows.
      let terminal = try home.command(
        "script", ["--quiet", "--return", "--flush", "--command", "exec '\(croftPath)' deploy --yes", "screen"],
        adding: ["TERM": "xterm"]
      ).start()
      try await home.wait(for: "waiting for pod/third/stuck", in: "screen")
      #expect(home.read("screen").contains("\u{1B}[?25l"))
      let children = try await Command("cat", ["/proc/\(terminal.pid)/task/\(terminal.pid)/children"]).run().text
      let pid = try #require(Int32(children.split(separator: " ").first ?? ""))
      kill(pid, SIGINT)
      #expect(try await terminal.wait() == .exited(130))
      let screen = home.read("screen").withoutStyles
      let end = try #require(screen.firstRange(of: "not finished: stuck, after"), "\(screen.suffix(2000))")
      #expect(screen[..<end.lowerBound].contains("✓ base  2 releases"))
      #expect(screen[end.upperBound...].contains("\u{1B}[?25h"), "the cursor is shown again")
      #expect(!screen[end.upperBound...].contains("\u{1B}[?25l"))
    }
  }
}

extension EndToEnd.Home {
  fileprivate func command(_ arguments: String...) -> Command { command(croftPath, arguments) }

  fileprivate func command(
    _ program: String, _ arguments: [String], adding: [String: String] = [:]
  ) -> Command {
    let variables = environment.merging(adding) { $1 }.mapValues { Optional($0) }
    return Command(program, arguments, environment: variables, directory: folder)
  }

  /// Waits until a file of the folder holds a text.
  fileprivate func wait(for text: String, in name: String) async throws {
    for _ in 0..<1200 {
      if read(name).contains(text) { return }
      try await Task.sleep(for: .milliseconds(50), clock: .continuous)
    }
    Issue.record("\(name) never held '\(text)': \(read(name))")
  }

  fileprivate func read(_ name: String) -> String {
    let file = open("\(folder)/\(name)", O_RDONLY)
    guard file >= 0 else { return "" }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 4 << 20)
    let count = Glibc.read(file, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }
}

extension String {
  /// Without colours and weights.
  fileprivate var withoutStyles: String { replacing(/\u{1B}\[[0-9;]*m/, with: "") }
}
