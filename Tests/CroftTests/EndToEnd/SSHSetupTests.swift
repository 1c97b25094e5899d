import Foundation
import JSON
import Lab
import Process
import Testing

/// The first contact with a machine that takes nothing but a password.
@Suite(.serialized, .enabled(if: Lab.hasMachines, "no machines here: 'make setup' as root"), .timeLimit(.minutes(10)))
struct SSHSetupTests {
  @Test func keysAreMadeAndPutOnMachines() async throws {
    try await withMachines(Machines.Options(machines: ["cow"])) { lab in
      let home = try TroubleHome(lab)
      defer { home.remove() }
      let cow = lab["cow"]
      let known = "cat /home/pi/.ssh/authorized_keys"
      let before = try await cow.run(known)
      try await write(home, cow, key: "keys/open")
      func setup(_ arguments: String..., password: String? = nil) async throws -> (CommandOutput, JSON?) {
        var environment: [String: String] = [:]
        if let password { environment["CROFT_SSH_PASSWORD_FILE"] = try home.file("password", password) }
        let output = try await home.croft(["ssh", "setup", "-o", "json"] + arguments, environment)
        return (output, output.finished?.array?.first)
      }

      let noTerminal = try await setup().0
      #expect(noTerminal.status == .exited(64))
      #expect(noTerminal.errorText.contains("no terminal to ask for its passphrase"), "\(noTerminal.errorText)")
      let missing = try await home.croft(["facts", "cow"])
      #expect(missing.errorText.contains("'croft ssh setup cow' makes one"), "\(missing.errorText)")

      let (noPassword, unasked) = try await setup("--no-passphrase")
      #expect(noPassword.status == .exited(1))
      #expect(unasked?["detail"]?.string?.contains("the password of pi on; name a file") == true, "\(noPassword)")
      #expect(try Self.permissions("\(home.folder)/keys/open") == 0o600)

      let (wrong, refused) = try await setup(password: "strawberry")
      #expect(wrong.status == .exited(1))
      #expect(refused?["detail"]?.string?.contains("the login as pi was refused") == true, "\(wrong)")
      #expect(try await cow.run(known) == before)

      let (right, added) = try await setup(password: Machines.password)
      #expect(right.status == .exited(0), "\(right)")
      #expect(added?["state"] == "added")
      let key = try String(contentsOfFile: "\(home.folder)/keys/open.pub", encoding: .utf8)
      #expect(try await cow.run(known) == before + key)
      #expect(try await home.croft(["ssh", "cow", "--", "id", "-un"]).text == "pi\n")

      #expect(try await setup().1?["state"] == "ready")
      #expect(try await cow.run(known) == before + key)
    }
  }

  @Test func aKeyWithAPassphraseIsUsedThroughTheAgent() async throws {
    try await withMachines(Machines.Options(machines: ["cow"])) { lab in
      let home = try TroubleHome(lab)
      defer { home.remove() }
      let cow = lab["cow"]
      try await write(home, cow, key: "keys/locked")
      let setup = try await onTerminal(
        home.command(["ssh", "setup"]),
        [
          ("Enter passphrase", "correct horse"), ("Enter same passphrase", "correct horse"),
          ("password:", Machines.password),
        ])
      let advice = "has a passphrase and no agent holds it: run 'ssh-add "
      #expect(setup.status == .exited(0), "\(setup.text)")
      #expect(setup.text.contains(advice), "\(setup.text)")
      #expect(!setup.text.contains("correct horse") && !setup.text.contains(Machines.password), "\(setup.text)")
      #expect(try Self.permissions("\(home.folder)/keys/locked") == 0o600)

      let locked = try await home.croft(["facts", "cow"])
      #expect(locked.status == .exited(69))
      #expect(locked.errorText.count(of: advice) == 1, "\(locked.errorText)")

      let helper = try home.file("helper", "#!/bin/sh\necho correct horse", permissions: 0o700)
      var command = home.command(
        ["sh", "-c", "ssh-add -q \(home.folder)/keys/locked </dev/null && exec \(croftPath) facts cow"],
        ["SSH_ASKPASS": helper, "SSH_ASKPASS_REQUIRE": "force"])
      command.executable = "ssh-agent"
      let unlocked = try await command.run(timeout: .seconds(300))
      #expect(unlocked.status == .exited(0), "\(unlocked.text)\(unlocked.errorText)")
      #expect(unlocked.text.contains("Debian"), "\(unlocked.text)")
    }
  }

  private func write(_ home: TroubleHome, _ machine: Machine, key: String) async throws {
    let text = """
      apiVersion: croft.dev/v1alpha1
      kind: Cluster
      name: home
      network: {nodes: 10.99.\(home.lab.number).0/24}
      nodes:
        - name: cow
          role: control-plane
          addresses: [\(machine.address)]
          ssh: {user: pi, key: \(key), hostKey: "\(try await machine.hostKeyFingerprint)"}

      """
    _ = try home.file("cluster.yaml", text)
  }

  private static func permissions(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }
}
