import Hosts
import Lab
import Testing

@testable import Provision

/// Changes of the SSH server, which go back by themselves where nobody can log in afterwards.
@Suite(
  .serialized, .labMachine, .enabled(if: Lab.hasMachines, "no machines here: 'make setup' as root"),
  .timeLimit(.minutes(10)))
struct RealSSHServerTests {
  /// A change that nobody confirms goes back.
  @Test func aChangeThatNobodyConfirmsGoesBack() async throws {
    let cow = try LabMachine.current
    let file = DesiredFile(
      path: "/etc/ssh/sshd_config.d/00-croft.conf", content: Array("X11Forwarding no\nMaxAuthTries 5\n".utf8),
      mode: "0644", stage: .ssh)
    let operation = Operation(stage: .ssh, action: .setSSHServer(file), title: "set", observed: "")
    let before = try await cow.shell("sshd -T | sort | sha256sum")
    let batch = StageScript(operations: [operation])
    let script = batch.text.replacing("--on-active 120", with: "--on-active 20")
    let results = try batch.results(try await cow.host.run(HostScript(script, asRoot: true, label: "a test")).output)
    #expect(results == [.init(status: 0, lines: [])])
    #expect(try await cow.shell("sshd -T | grep maxauthtries") == "maxauthtries 5\n")
    let facts = try await survey(cow.host, FactsRequest(), time: { 0 })
    #expect(facts.host.pending == ["ssh"])
    try await cow.until("[ ! -e /run/croft/ssh ]")
    #expect(try await cow.shell("sshd -T | sort | sha256sum") == before)
  }

  @Test func settingsThatSSHDoesNotTakeNeverStay() async throws {
    let cow = try LabMachine.current
    let file = DesiredFile(
      path: "/etc/ssh/sshd_config.d/00-croft.conf", content: Array("NoSuchSetting yes\n".utf8), mode: "0644",
      stage: .ssh)
    let before = try await cow.shell("sshd -T | sort | sha256sum")
    let batch = StageScript(
      operations: [Operation(stage: .ssh, action: .setSSHServer(file), title: "set", observed: "")])
    let results = try batch.results(
      try await cow.host.run(HostScript(batch.text, asRoot: true, label: "a test")).output)
    #expect(results.first?.status == 1)
    #expect(results.first?.lines.contains { $0.contains("NoSuchSetting") } == true)
    #expect(try await cow.shell("sshd -T | sort | sha256sum") == before)
    #expect(try await cow.shell("ls /run/croft; systemctl is-active croft-revert-ssh.timer") == "inactive\n")
  }
}
