import Foundation
import Lab
import Process
import Testing

/// Machines whose sudo asks for a password: where it comes from, and what a wrong one does.
@Suite(.serialized, .enabled(if: Lab.hasMachines, "no machines here: 'make setup' as root"), .timeLimit(.minutes(10)))
struct SudoPasswordTests {
  @Test func aWrongPassword() async throws {
    var options = Machines.Options(machines: ["cow", "sheep"])
    options.sudoAsksForPassword = true
    try await withMachines(options) { lab in
      let home = try TroubleHome(lab)
      defer { home.remove() }
      func file(_ password: String) throws -> [String: String] {
        ["CROFT_SUDO_PASSWORD_FILE": try home.file("password", password)]
      }

      let wrong = try file("strawberry")
      try await home.expectFailure(
        of: "sheep", ["sudo says that the given password of pi is wrong", "the right one", "CROFT_SUDO_PASSWORD_FILE"]
      ) {
        $0.user = "pi"
        $0.environment = wrong
      }
      // One try, so that nobody is locked out.
      let tries = "journalctl --output=cat _COMM=sudo | grep -c 'incorrect password attempt' || true"
      #expect(try await lab["sheep"].run(tries) == "1\n")

      let nothing = try await home.croft(["facts", "sheep"], ["CROFT_SUDO_PASSWORD_FILE": "\(home.folder)/nothing"])
      #expect(nothing.status == .exited(1))
      #expect(nothing.errorText.contains("the file of CROFT_SUDO_PASSWORD_FILE cannot be read"))

      try await onTerminal(home)

      let right = try file(Machines.password)
      try await home.expectReady {
        $0.user = "pi"
        $0.environment = right
      }
      #expect(try await lab["sheep"].run("cat /etc/motd") == "hello\n")
      let all = try FileManager.default.subpathsOfDirectory(atPath: home.folder).filter { $0 != "password" }
      for path in all {
        let content = FileManager.default.contents(atPath: "\(home.folder)/\(path)") ?? Data()
        #expect(content.range(of: Data(Machines.password.utf8)) == nil, "\(path)")
      }
    }
  }

  private func onTerminal(_ home: TroubleHome) async throws {
    let question = "Password of pi for sudo on sheep: "
    func run(_ passwords: [String]) async throws -> (status: CommandOutput.Status, text: String) {
      try await CroftTests.onTerminal(home.command(["facts", "sheep"]), passwords.map { (question, $0) })
    }

    let right = try await run(["strawberry", Machines.password])
    #expect(right.status == .exited(0), "\(right.text)")
    #expect(right.text.count(of: "sheep: wrong password of pi for sudo") == 1, "\(right.text)")
    #expect(right.text.contains("Debian"), "\(right.text)")
    #expect(!right.text.contains(Machines.password), "\(right.text)")

    let wrong = try await run(["one", "two", "three", "four"])
    #expect(wrong.status == .exited(69), "\(wrong.text)")
    #expect(wrong.text.count(of: question) == 3, "\(wrong.text)")
    #expect(wrong.text.count(of: "sheep: sudo says that the given password of pi is wrong") == 1, "\(wrong.text)")
  }
}
