import Blueprint
import Digest
import Glibc
import Process
import Testing

@testable import Provision

/// Scripts of operations, run by a real shell.
struct StageScriptTests {
  private func run(_ operations: [Operation]) async throws -> [StageScript.Result] {
    let batch = StageScript(operations: operations)
    let output = try await Command("/bin/sh", ["-s"], input: Array(batch.text.utf8)).run()
    #expect(output.isSuccess, "\(output)")
    return try batch.results(output.standardOutput)
  }

  private func write(_ path: String, _ content: [UInt8], mode: String? = "0640") -> Operation {
    Operation(
      stage: .system,
      action: .writeFile(
        DesiredFile(path: path, content: content, mode: mode, stage: .system), then: .nothing),
      title: "write \(path)", observed: "not there")
  }

  private static func mode(of path: String) -> mode_t {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
  }

  private func withFolder(_ body: (_ folder: String) async throws -> Void) async throws {
    let folder = "/tmp/croft-stage-\(getpid())-\(UInt64.random(in: 0 ... .max))"
    mkdir(folder, 0o755)
    defer { _ = Glibc.system("rm -rf '\(folder)'") }
    try await body(folder)
  }

  @Test(.enabled(if: getuid() == 0), arguments: [0, 1, 2, 3, 55, 56, 57, 58, 59, 113, 114, 1000])
  func aFileArrivesAsItIs(count: Int) async throws {
    try await withFolder { (folder: String) async throws -> Void in
      let content = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7 + 13) }
      let path = "\(folder)/it's a \"folder\"/$HOME `x`"
      #expect(try await run([write(path, content)]).map(\.status) == [0])
      #expect(try FileWorkspace().read(path) == content)
      #expect(Self.mode(of: path) == 0o640)
      #expect(try FileWorkspace().list("\(folder)/it's a \"folder\"").count == 1)
    }
  }

  /// What comes behind an operation that does not succeed is not started, and what it said is told.
  @Test(.enabled(if: getuid() == 0)) func itStopsAtTheFirstThatFails() async throws {
    try await withFolder { (folder: String) async throws -> Void in
      let operations = [
        write("\(folder)/one", [1]), write("/proc/nothing/two", [2]), write("\(folder)/three", [3]),
      ]
      let results = try await run(operations)
      #expect(results.count == 2)
      #expect(results[0] == .init(status: 0, lines: []))
      #expect(results[1].status != 0)
      #expect(results[1].lines.contains { $0.contains("/proc/nothing") })
      #expect(try FileWorkspace().list(folder) == ["one"])
    }
  }

  /// The old file stays until the new one is whole and good.
  @Test(.enabled(if: getuid() == 0)) func aFileThatIsNotAcceptedDoesNotStay() async throws {
    try await withFolder { (folder: String) async throws -> Void in
      let path = "\(folder)/sudoers"
      #expect(try await run([write(path, Array("old".utf8))]).map(\.status) == [0])
      let file = DesiredFile(path: path, content: Array("this is no rule\n".utf8), mode: "0440", stage: .users)
      let text = Operation(stage: .users, action: .allowSudo(file), title: "allow", observed: "").script ?? ""
      let script = text.replacing("visudo --check --quiet --file", with: "grep -q NOPASSWD")
      let runner = "set -eu\n" + Operation.functions + script
      let output = try await Command("/bin/sh", ["-s"], input: Array(runner.utf8)).run()
      #expect(!output.isSuccess)
      #expect(try FileWorkspace().read(path) == Array("old".utf8))
      #expect(try FileWorkspace().list(folder) == ["sudoers"])
    }
  }

  @Test func everyOperationIsGoodShell() async throws {
    let file = DesiredFile(path: "/etc/x y", content: [1, 2, 3], mode: "0644", stage: .system)
    let disk = DiskFingerprint(
      device: "/dev/disk/by-id/a'b", path: "/dev/sda", serial: "S 1", size: 1 << 40, signatures: ["gpt", "PMBR"])
    let actions: [Operation.Action] = [
      .addRepository([file, file]), .installPackages(["a", "g++"]), .addUser(name: "k3s", shell: "/bin/bash"),
      .addToGroups(user: "k3s", groups: ["sudo", "adm"]), .authorizeKeys(user: "k3s", keys: ["ssh-ed25519 AAAA"]),
      .allowSudo(file), .writeFile(file, then: .nothing), .writeFile(file, then: .readSysctls),
      .writeFile(file, then: .reloadSystemd), .writeFile(file, then: .reloadLinks),
      .writeFile(file, then: .restart("a.service")), .setSSHServer(file), .loadModules(["rbd"]),
      .readSysctls("/etc/x y"), .startUnit("a@b.service"), .startTimeService("a.service", waits: true),
      .startTimeService("a.service", waits: false), .setBootArguments(file: file, previous: "it's $x"), .setGRUB(file),
      .wipe(disk), .format(disk, filesystem: "btrfs"), .mount(unit: "srv-a\\x20b.mount", place: "/srv/a b", file: file),
      .setNetwork(file, manager: "NetworkManager", addresses: ["192.168.14.11"], interface: "eth0"),
      .setNetwork(file, manager: "systemd-networkd", addresses: ["fd12::1"], interface: "eth0"),
    ]
    for action in actions {
      let operation = Operation(stage: .system, action: action, title: "", observed: "")
      let text = StageScript(operations: [operation]).text
      let output = try await Command("/bin/sh", ["-n"], input: Array(text.utf8)).run()
      #expect(output.isSuccess, "\(action): \(output)")
      if let confirmation = operation.confirmation {
        let confirm = Operation.confirm(confirmation.name, confirmation.test)
        #expect(try await Command("/bin/sh", ["-n"], input: Array(confirm.utf8)).run().isSuccess)
      }
    }
    #expect(Operation(stage: .boot, action: .reboot, title: "", observed: "").script == nil)
  }

  @Test(.enabled(if: getuid() == 0)) func aKeyIsAddedToThoseThatAreThere() async throws {
    try await withFolder { (folder: String) async throws -> Void in
      let user = String(cString: getpwuid(0).pointee.pw_name)
      mkdir("\(folder)/.ssh", 0o700)
      _ = Glibc.system("printf 'ssh-rsa OLD old@desk' >'\(folder)/.ssh/authorized_keys'")
      let script = Operation(
        stage: .users, action: .authorizeKeys(user: user, keys: ["ssh-ed25519 NEW", "ssh-ed25519 NEW2"]), title: "",
        observed: ""
      ).script?.replacing("home=$(getent passwd \(user) | cut -d : -f 6)", with: "home=\(folder)")
      let output = try await Command("/bin/sh", ["-s"], input: Array(("set -eu\n" + (script ?? "")).utf8)).run()
      #expect(output.isSuccess, "\(output)")
      #expect(
        String(decoding: try FileWorkspace().read("\(folder)/.ssh/authorized_keys"), as: UTF8.self)
          == "ssh-rsa OLD old@desk\nssh-ed25519 NEW\nssh-ed25519 NEW2\n")
      #expect(try FileWorkspace().list("\(folder)/.ssh") == ["authorized_keys"])
    }
  }

  @Test(arguments: [
    ("E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 4711", "another program installs"),
    ("E: You don't have enough free space in /var/cache/apt/archives/.", "there is no room left"),
    ("E: Unable to locate package nonsense", "no repository of the machine has such a package"),
    ("E: Failed to fetch http://deb.debian.org/debian/x  Connection failed", "a package repository does not answer"),
    ("dd: error writing '/x': No space left on device", "there is no room left"),
    ("something else", "something else"),
  ])
  func whatProgramsSayIsExplained(line: String, reason: String) {
    let operation = Operation(stage: .packages, action: .installPackages(["x"]), title: "install x", observed: "")
    #expect(Explanation.of(operation, ["Reading package lists...", line, ""]).reason.hasPrefix(reason))
  }
}
