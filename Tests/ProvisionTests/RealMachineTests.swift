import Blueprint
import Hosts
import Lab
import Testing

@testable import Provision

/// What a plan says is done on a machine, and is found done the second time.
@Suite(
  .serialized, .labMachine, .enabled(if: Lab.hasMachines, "no machines here: 'make setup' as root"),
  .timeLimit(.minutes(10)))
struct RealMachineTests {
  @Test func fromBareToReadyAndNothingTheSecondTime() async throws {
    let cow = try LabMachine.current
    try await cow.shell("apt-get -qq purge -y ncdu; userdel -r -f k3s; rm -f /etc/ssh/sshd_config.d/00-croft.conf")
    try await cow.expectReady(
      cow.file(
        """

          packages: [ncdu]
          users: [{name: k3s, groups: [sudo], sudo: true, keys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ9uA1mPyXkC0wT2rD5eZ8vB4nQ7sK6fH3gL1xR0yWzE me@desk"]}]
          sshd: {allowUsers: [root, k3s]}
          files: [{path: /etc/motd, content: it's croft, mode: 640}]
          units:
            - {name: scrub.timer, content: "[Timer]\\nOnCalendar=daily\\n[Install]\\nWantedBy=timers.target"}
            - {name: scrub.service, content: "[Service]\\nType=oneshot\\nExecStart=/bin/true", enabled: false}
          sysctl: {vm.max_map_count: 262144}
          logs: {size: 100Mi, keep: 720h}
        """))
    #expect(try await cow.shell("sshd -T | grep -c '^passwordauthentication no'") == "1\n")
    #expect(try await cow.shell("ls /run/croft; systemctl is-active croft-revert-ssh.timer") == "inactive\n")
    #expect(try await cow.shell("systemctl is-enabled scrub.timer; cat /etc/motd") == "enabled\nit's croft\n")
    #expect(try await cow.shell("su k3s -s /bin/sh -c 'sudo -n id -u'") == "0\n")
  }

  @Test func whatSomebodyUndoesIsDoneAgain() async throws {
    let cow = try LabMachine.current
    let text = cow.file("{files: [{path: /etc/croft-test, content: one}], sysctl: {vm.max_map_count: 300000}}")
    try? await cow.expectReady(text)
    try await cow.shell(
      "echo two >/etc/croft-test; sysctl -q vm.max_map_count=65530; chmod 600 /etc/sysctl.d/90-croft.conf")
    try await cow.expectReady(text)
    #expect(try await cow.shell("cat /etc/croft-test; sysctl -n vm.max_map_count") == "one\n300000\n")
  }

  @Test func fixedAddresses() async throws {
    let cow = try LabMachine.current
    try #require(await cow.shell("systemctl is-active systemd-networkd") == "active\n")
    try await cow.shell("rm -f /etc/systemd/network/10-croft.network")
    try await cow.expectReady(cow.file("{}", hardware: ", hardware: {interface: eth0}"))
    #expect(
      try await cow.shell("cat /etc/systemd/network/10-croft.network").contains("Address=\(cow.machine.address)/24"))
    #expect(try await cow.shell("ls /run/croft; systemctl is-active croft-revert-network.timer") == "inactive\n")
  }

  /// The machine has its address all the time; a login says nothing about a change that is only about to be made.
  @Test func aChangeOfTheNetworkThatIsStillToComeIsNotConfirmed() async throws {
    let cow = try LabMachine.current
    try await cow.shell("rm -f /etc/systemd/network/10-croft.network; networkctl reload; networkctl reconfigure eth0")
    let provisioning = try LabMachine.provisioning(cow.file("{}", hardware: ", hardware: {interface: eth0}"))
    let survey = try await provisioning.survey(.init(provisioning.blueprint.nodes[0], cow.host))
    let operation = try #require(survey.plan.operations.first { $0.stage == .network })
    let confirmation = try #require(operation.confirmation)
    let late = StageScript(operations: [operation]).text.replacing("--on-active 1 ", with: "--on-active 20 ")
    try await cow.shell(late)
    let confirm = HostScript(
      Operation.confirm(confirmation.name, confirmation.test), asRoot: true, label: "the confirmation")
    #expect(try await cow.host.run(confirm).status == 7)
    #expect(try await cow.shell("ls /run/croft/network/revert") == "/run/croft/network/revert\n")
    try await cow.until("[ -e /run/croft/network/applied ]")
    // The address may be away for a moment.
    var tries = 0
    while try await cow.host.run(confirm).status == 7, tries < 20 {
      tries += 1
      try await Task.sleep(for: .milliseconds(500))
    }
    #expect(try await cow.shell("ls /run/croft; systemctl is-active croft-revert-network.timer") == "inactive\n")
  }

  /// The connection goes away in the middle of installing: the next run ends well.
  @Test(arguments: [200, 700, 1500, 2500]) func aRunThatWasCutOffIsGoneOnWith(milliseconds: Int) async throws {
    let cow = try LabMachine.current
    try await cow.shell("apt-get -qq purge -y ncdu; rm -f /etc/croft-test")
    let text = cow.file("{packages: [ncdu], files: [{path: /etc/croft-test, content: one}]}")
    let task = Task { try await cow.apply(text) }
    try await Task.sleep(for: .milliseconds(milliseconds))
    task.cancel()
    _ = try? await task.value
    let result = try await cow.apply(text)
    guard case .success = result else {
      Issue.record("\(result)")
      return
    }
    #expect(try await cow.apply(text) == .success(0))
  }
}
