import Blueprint
import Glibc
import Process
import Testing

@testable import Provision

/// Disks, as loop devices of this machine.
struct DiskScriptTests {
  private static func shell(_ text: String) async throws -> String {
    let output = try await Command("/bin/sh", ["-s"], input: Array(text.utf8)).run()
    return String(output.text.dropLast(output.text.hasSuffix("\n") ? 1 : 0))
  }

  /// Whether this machine has loop devices and the programs for disks.
  private static let hasLoopDevices: Bool = {
    getuid() == 0
      && system("command -v losetup mkfs.ext4 wipefs lsblk >/dev/null && losetup --find >/dev/null 2>&1") == 0
  }()

  private func withDisk(_ body: (_ device: String) async throws -> Void) async throws {
    let image = "/tmp/croft-disk-\(getpid())-\(UInt64.random(in: 0 ... .max))"
    let device = try await Self.shell("truncate -s 64M \(image) && losetup --find --show \(image)")
    defer { _ = system("umount \(device) 2>/dev/null; losetup --detach \(device); rm -rf \(image) \(image).mount") }
    try #require(device.hasPrefix("/dev/loop"))
    try await body(device)
  }

  private func plan(_ device: String, wipe: Bool) async throws -> NodePlan {
    let blueprint = try blueprint(
      head + """
        nodes:
          - name: duck
            role: worker
            disks: [{device: \(device), use: data, filesystem: ext4, mount: /srv/nobody, wipe: \(wipe)}]

        """)
    var request = FactsRequest()
    request.devices = [device]
    let output = try await Command("/bin/sh", ["-s"], input: Array(FactsScript(request: request).text.utf8)).run()
    let found = try HostFacts(parsing: output.standardOutput, of: request, started: 0, ended: 1e12)
    var facts = HostFacts.bare
    facts.disks = found.disks
    facts.devices = found.devices
    return operations(blueprint, blueprint.nodes[0], facts).limited(to: [.disks])
  }

  private func run(_ operation: Operation?) async throws -> StageScript.Result {
    let batch = StageScript(operations: [try #require(operation)])
    let output = try await Command("/bin/sh", ["-s"], input: Array(batch.text.utf8)).run()
    return try #require(try batch.results(output.standardOutput).first)
  }

  @Test(.enabled(if: hasLoopDevices)) func aBlankDiskGetsAFileSystemOnce() async throws {
    try await withDisk { (device: String) async throws -> Void in
      let first = try await plan(device, wipe: false)
      #expect(first.operations.map(\.title) == ["make ext4 on \(device)", "mount \(device) at /srv/nobody"])
      #expect(try await run(first.operations.first) == .init(status: 0, lines: []))
      #expect(try await Self.shell("wipefs --noheadings --output TYPE \(device)") == "ext4")
      // The same operation again meets a disk that is not blank any more.
      let again = try await run(first.operations.first)
      #expect(again.status == 1)
      #expect(again.lines.last?.contains("what is on it") == true)
      #expect(try await plan(device, wipe: true).operations.map(\.title) == ["mount \(device) at /srv/nobody"])
    }
  }

  @Test(.enabled(if: hasLoopDevices)) func whatIsOnADiskIsDestroyedAsItWasAgreed() async throws {
    try await withDisk { (device: String) async throws -> Void in
      _ = try await Self.shell("mkswap \(device)")
      let refused = try await plan(device, wipe: false)
      #expect(refused.operations.isEmpty)
      #expect(refused.refusals.first?.reason == "\(device) is for data, and there is swap on it")
      let agreed = try await plan(device, wipe: true)
      #expect(agreed.destroyed.map(\.signatures) == [["swap"]])
      // Somebody makes another use of it meanwhile: what was agreed to is not there any more.
      _ = try await Self.shell("wipefs --all \(device); mkfs.ext4 -q -F \(device)")
      let changed = try await run(agreed.operations.first)
      #expect(changed.status == 1)
      #expect(changed.lines.last?.contains("is not what it was when the plan was made") == true)
      #expect(try await Self.shell("wipefs --noheadings --output TYPE \(device)") == "ext4")
      // Back to what was agreed.
      _ = try await Self.shell("wipefs --all \(device); mkswap \(device)")
      #expect(try await run(agreed.operations[0]).status == 0)
      #expect(try await run(agreed.operations[1]).status == 0)
      #expect(try await Self.shell("wipefs --noheadings --output TYPE \(device)") == "ext4")
    }
  }

  @Test(.enabled(if: hasLoopDevices)) func aMountedDiskIsNotWiped() async throws {
    try await withDisk { (device: String) async throws -> Void in
      _ = try await Self.shell("mkfs.ext4 -q -F \(device)")
      let found = DiskFingerprint(device: device, path: device, serial: nil, size: 64 << 20, signatures: ["ext4"])
      let image = try await Self.shell("losetup --noheadings --output BACK-FILE \(device)")
      _ = try await Self.shell("mkdir \(image).mount && mount \(device) \(image).mount")
      let result = try await run(
        Operation(stage: .disks, action: .wipe(found), title: "wipe", observed: ""))
      #expect(result.status == 1)
      #expect(result.lines.last?.contains("it is mounted") == true)
      #expect(try await Self.shell("wipefs --noheadings --output TYPE \(device)") == "ext4")
    }
  }
}
