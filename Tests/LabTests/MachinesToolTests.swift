import FoundationEssentials
import Glibc
import Lab
import Process
import Testing

/// The lab's machines as 'make lab' and 'make lab-down' use them, under names of their own: labs that somebody has up
/// on this host are not touched.
@Suite(.enabled(if: Lab.hasMachines, "no machines here: 'make setup' as root"), .serialized, .timeLimit(.minutes(15)))
struct MachinesToolTests {
  @Test func `Machines that were brought up stay, get power, and go`() async throws {
    let names = "crofd"
    let up = try await lab(names, "up", "--machines", "cow,sheep")
    #expect(up.isSuccess, "\(up)")
    let lines = up.text.split(separator: "\n")
    #expect(lines.count == 2)
    let ssh = lines[0].split(separator: " ").suffix(4).map(String.init)
    #expect(Array(ssh.prefix(2)) == ["ssh", "-F"])
    #expect(try await Command("ssh", Array(ssh.dropFirst()) + ["true"]).run().isSuccess)

    #expect(try await lab(names, "power", "off", "cow").isSuccess)
    #expect(try await !Command("ssh", Array(ssh.dropFirst()) + ["true"]).run().isSuccess)
    // It is there: what is off gets power.
    #expect(try await lab(names, "up").text == up.text)
    #expect(try await Command("ssh", Array(ssh.dropFirst()) + ["true"]).run().isSuccess)
    #expect(try await lab(names, "power", "on", "horse").errorText.contains("no machine 'horse'"))

    #expect(try await lab(names, "down").isSuccess)
    let left = try await remains(of: [names])
    #expect(left == [])
    #expect(try await lab(names, "down").errorText.contains("there is no lab 'lab'"))
  }

  @Test func `What a killed supervisor and lost folders leave behind goes with all the rest`() async throws {
    let names = "crofe"
    #expect(try await lab(names, "up", "--name", "one", "--machines", "cow,sheep").isSuccess)
    #expect(try await lab(names, "up", "--name", "two", "--machines", "cow").isSuccess)
    for process in processes(mentioning: "/var/lib/\(names)-lab/one/cow --supervise") {
      kill(pid_t(process.pid), SIGKILL)
    }
    // Somebody tidied up by hand, and what ties the machines to a lab is gone.
    for file in ["network", "cow/settings"] {
      try FileManager.default.removeItem(atPath: "/var/lib/\(names)-lab/two/\(file)")
    }
    #expect(try await traces(of: [names]).contains { $0.hasPrefix("mount ") && $0.contains("/two/cow/disk") })
    let down = try await lab(names, "down", "--all")
    #expect(down.isSuccess, "\(down)")
    let left = try await remains(of: [names])
    #expect(left == [])
  }

  @Test func `Machines end with the process that owns them, however that ends`() async throws {
    let names = "croff"
    try await withFolder { place in
      // Its input stays open.
      let script = "sleep 600 | \"$1\" machines up --foreground --machines cow,sheep >\"$2/said\""
      let shell = try Command(
        "sh", ["-c", script, "sh", LabToolTests.tool, place], environment: ["CROFT_LAB_NAMES": names]
      ).start(standardError: .inherit)
      while (try? String(contentsOfFile: "\(place)/said", encoding: .utf8))?.contains("sheep") != true {
        try #require(shell.isRunning)
        try await ContinuousClock().sleep(for: .milliseconds(50))
      }
      #expect(try await traces(of: [names]).contains { $0.contains("nspawn") && $0.contains("hostname=sheep") })
      // Nobody else takes it away.
      #expect(try await lab(names, "down", "--all").errorText.contains("lab stays"))
      #expect(try await traces(of: [names]).contains { $0.contains("nspawn") && $0.contains("hostname=sheep") })

      let owner = try #require(processes(mentioning: "machines up --foreground").first { $0.command.hasPrefix("/") })
      #expect(owner.command.contains("cow,sheep"))
      kill(pid_t(owner.pid), SIGKILL)
      // The suite's time limit ends a wait in vain.
      while try await !traces(of: [names]).isEmpty { try await ContinuousClock().sleep(for: .milliseconds(50)) }
      await shell.kill()
    }
  }

  @Test(arguments: [
    [], ["sideways"], ["up", "--name"], ["up", "--board", "abacus"], ["power", "on"], ["down", "-x"],
  ])
  func `Misuse is told`(_ arguments: [String]) async throws {
    let output = try await Command(LabToolTests.tool, ["machines"] + arguments).run()
    #expect(output.status == .exited(64))
    #expect(output.errorText.contains("Usage: lab machines"))
  }

  private func lab(_ names: String, _ arguments: String...) async throws -> CommandOutput {
    try await Command(LabToolTests.tool, ["machines"] + arguments, environment: ["CROFT_LAB_NAMES": names]).run()
  }
}
