import Blueprint
import Glibc
import Hosts
import Synchronization
import Testing

@testable import Provision

/// A machine with systemd, apt, systemd-networkd and an SSH server, and its address: CROFT_TEST_MACHINE has the words
/// that start a root shell there (`ssh … root@10.99.241.11 sh -s`), CROFT_TEST_ADDRESS what eth0 has.
private enum TestMachine {
  private static func variable(_ name: String) -> String { getenv(name).map { String(cString: $0) } ?? "" }
  static let words = variable("CROFT_TEST_MACHINE").split(separator: " ").map(String.init)
  static let address = variable("CROFT_TEST_ADDRESS")
  static let isThere = !words.isEmpty && !address.isEmpty
}

@Suite(.serialized, .enabled(if: TestMachine.isThere, "CROFT_TEST_MACHINE names no machine to try this on"))
struct RealMachineTests {
  private static let address = TestMachine.address

  private static func file(_ machines: String, hardware: String = "") -> String {
    let network = address.split(separator: ".").prefix(3).joined(separator: ".")
    return head + """
      network: {nodes: [\(network).0/24], router: \(network).1}
      nodes: [{name: cow, role: control-plane, addresses: [\(address)], ssh: {user: root}\(hardware)}]
      machines: \(machines)

      """
  }

  private func provisioning(_ text: String, log: @escaping @Sendable (ProvisionEvent) -> Void = { _ in }) throws
    -> Provisioning
  {
    Provisioning(
      try blueprint(text), clock: ContinuousClock(),
      time: {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
      }, emit: log)
  }

  private let host = ShellHost(name: "cow", command: TestMachine.words)

  private func shell(_ text: String) async throws -> String {
    try await host.run(HostScript(text, asRoot: true, label: "a test")).text
  }

  private func apply(_ text: String, log: @escaping @Sendable (ProvisionEvent) -> Void = { _ in }) async throws
    -> Result<Int, ProvisionError>
  {
    let provisioning = try provisioning(text, log: log)
    let machine = Provisioning.Machine(provisioning.blueprint.nodes[0], host)
    return try #require(await provisioning.apply(to: [machine])["cow"])
  }

  /// Done, and then found done.
  private func expectReady(_ text: String) async throws {
    let first = try await apply(text)
    guard case .success(let changes) = first, changes > 0 else {
      Issue.record("\(first)")
      return
    }
    #expect(try await apply(text) == .success(0))
  }

  @Test func fromBareToReadyAndNothingTheSecondTime() async throws {
    _ = try await shell("apt-get -qq purge -y ncdu; userdel -r -f k3s; rm -f /etc/ssh/sshd_config.d/00-croft.conf")
    try await expectReady(
      Self.file(
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
    #expect(try await shell("sshd -T | grep -c '^passwordauthentication no'") == "1\n")
    #expect(try await shell("ls /run/croft; systemctl is-active croft-revert-ssh.timer") == "inactive\n")
    #expect(try await shell("systemctl is-enabled scrub.timer; cat /etc/motd") == "enabled\nit's croft\n")
    #expect(try await shell("su k3s -s /bin/sh -c 'sudo -n id -u'") == "0\n")
  }

  @Test func whatSomebodyUndoesIsDoneAgain() async throws {
    let text = Self.file("{files: [{path: /etc/croft-test, content: one}], sysctl: {vm.max_map_count: 300000}}")
    try? await expectReady(text)
    _ = try await shell(
      "echo two >/etc/croft-test; sysctl -q vm.max_map_count=65530; chmod 600 /etc/sysctl.d/90-croft.conf")
    try await expectReady(text)
    #expect(try await shell("cat /etc/croft-test; sysctl -n vm.max_map_count") == "one\n300000\n")
  }

  @Test func fixedAddresses() async throws {
    try #require(await shell("systemctl is-active systemd-networkd") == "active\n")
    _ = try await shell("rm -f /etc/systemd/network/10-croft.network")
    try await expectReady(Self.file("{}", hardware: ", hardware: {interface: eth0}"))
    #expect(try await shell("cat /etc/systemd/network/10-croft.network").contains("Address=\(Self.address)/24"))
    #expect(try await shell("ls /run/croft; systemctl is-active croft-revert-network.timer") == "inactive\n")
  }

  /// A change that nobody confirms goes back.
  @Test func aChangeThatNobodyConfirmsGoesBack() async throws {
    let file = DesiredFile(
      path: "/etc/ssh/sshd_config.d/00-croft.conf", content: Array("X11Forwarding no\nMaxAuthTries 5\n".utf8),
      mode: "0644", stage: .ssh)
    let operation = Operation(stage: .ssh, action: .setSSHServer(file), title: "set", observed: "")
    let before = try await shell("sshd -T | sort | sha256sum")
    let batch = StageScript(operations: [operation])
    let script = batch.text.replacing("--on-active 120", with: "--on-active 3")
    let results = try batch.results(try await host.run(HostScript(script, asRoot: true, label: "a test")).output)
    #expect(results == [.init(status: 0, lines: [])])
    #expect(try await shell("sshd -T | grep maxauthtries") == "maxauthtries 5\n")
    let facts = try await survey(host, FactsRequest(), time: { 0 })
    #expect(facts.host.pending == ["ssh"])
    _ = try await shell("i=0; while [ -e /run/croft/ssh ] && [ $i -lt 100 ]; do i=$((i + 1)); sleep 0.1; done")
    #expect(try await shell("sshd -T | sort | sha256sum") == before)
  }

  @Test func settingsThatSSHDoesNotTakeNeverStay() async throws {
    let file = DesiredFile(
      path: "/etc/ssh/sshd_config.d/00-croft.conf", content: Array("NoSuchSetting yes\n".utf8), mode: "0644",
      stage: .ssh)
    let before = try await shell("sshd -T | sort | sha256sum")
    let batch = StageScript(
      operations: [Operation(stage: .ssh, action: .setSSHServer(file), title: "set", observed: "")])
    let results = try batch.results(try await host.run(HostScript(batch.text, asRoot: true, label: "a test")).output)
    #expect(results.first?.status == 1)
    #expect(results.first?.lines.contains { $0.contains("NoSuchSetting") } == true)
    #expect(try await shell("sshd -T | sort | sha256sum") == before)
    #expect(try await shell("ls /run/croft; systemctl is-active croft-revert-ssh.timer") == "inactive\n")
  }

  // MARK: What goes wrong

  private func reason(_ result: Result<Int, ProvisionError>) -> String {
    if case .failure(let error) = result { error.description } else { "\(result)" }
  }

  @Test func aPackageThatDoesNotExist() async throws {
    let result = try await apply(Self.file("{packages: [croft-no-such-package]}"))
    #expect(reason(result).contains("no repository of the machine has such a package"), "\(result)")
  }

  @Test func aMirrorThatDoesNotAnswer() async throws {
    _ = try await shell(
      """
      apt-get -qq purge -y ncdu
      mkdir -p /root/apt; mv /etc/apt/sources.list /etc/apt/sources.list.d/* /root/apt/ 2>/dev/null
      mv /var/lib/apt/lists /root/apt/lists; mkdir -p /var/lib/apt/lists/partial
      echo 'deb http://127.0.0.1:9/debian bookworm main' >/etc/apt/sources.list; apt-get clean
      """)
    let result = try await apply(Self.file("{packages: [ncdu]}"))
    _ = try await shell(
      """
      rm -rf /etc/apt/sources.list /var/lib/apt/lists; mv /root/apt/lists /var/lib/apt/lists
      for f in /root/apt/*; do case $f in *.list.d|*/sources.list) mv "$f" /etc/apt/;; *) mv "$f" /etc/apt/sources.list.d/;; esac; done
      """)
    let text = reason(result)
    #expect(text.contains("a package repository does not answer") || text.contains("no repository"), "\(text)")
    try await expectReady(Self.file("{packages: [ncdu]}"))
  }

  /// Another program holds dpkg's lock for a while: waited for.
  @Test func aLockIsWaitedFor() async throws {
    _ = try await shell(
      """
      apt-get -qq purge -y ncdu
      systemd-run --quiet --collect --unit croft-lock /usr/bin/python3 -c '
      import fcntl, time
      files = [open(p, "w") for p in ("/var/lib/dpkg/lock-frontend", "/var/lib/dpkg/lock", "/var/lib/apt/lists/lock")]
      for f in files: fcntl.lockf(f, fcntl.LOCK_EX)
      time.sleep(6)'
      sleep 1
      """.replacing("\n      import", with: "\nimport").replacing("\n      files", with: "\nfiles")
        .replacing("\n      for f", with: "\nfor f").replacing("\n      time", with: "\ntime"))
    try await expectReady(Self.file("{packages: [ncdu]}"))
  }

  /// The connection goes away in the middle of installing: the next run ends well.
  @Test(arguments: [200, 700, 1500, 2500]) func aRunThatWasCutOffIsGoneOnWith(milliseconds: Int) async throws {
    _ = try await shell("apt-get -qq purge -y ncdu; rm -f /etc/croft-test")
    let text = Self.file("{packages: [ncdu], files: [{path: /etc/croft-test, content: one}]}")
    let task = Task { try await apply(text) }
    try await Task.sleep(for: .milliseconds(milliseconds))
    task.cancel()
    _ = try? await task.value
    let result = try await apply(text)
    guard case .success = result else {
      Issue.record("\(result)")
      return
    }
    #expect(try await apply(text) == .success(0))
  }
}
