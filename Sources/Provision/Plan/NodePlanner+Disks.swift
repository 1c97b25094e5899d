import Blueprint

extension NodePlanner {
  mutating func disks() {
    let wanted = node.disks.filter { $0.use != .system }
    if wanted.isEmpty { return }
    let fix = "install util-linux"
    guard let devices = need(facts.devices, .disks, for: "its disks", fix),
      let tree = need(facts.disks, .disks, for: "its disks", fix)
    else { return }
    for disk in wanted {
      if disk.use == .zfs {
        refuse(
          .disks, "\(disk.device) is for ZFS, which Croft sets up on NixOS alone", "write another 'use', or 'os: nixos'"
        )
        continue
      }
      guard let device = devices[disk.device] else {
        let there = tree.filter { $0.type == "disk" }.map { "\($0.path) (\(Self.gibibytes($0.size)))" }
        refuse(
          .disks, "there is no disk \(disk.device)",
          there.isEmpty ? "connect it" : "write one that is there: \(there.joined(separator: ", "))")
        continue
      }
      let block = tree.flatMap(\.all).first { $0.path == device.path }
      if let block {
        prepare(disk, device, block)
      } else {
        refuse(
          .disks, "lsblk does not show \(device.path), which is \(disk.device)", "look why: 'lsblk \(device.path)'")
      }
    }
  }

  private static func gibibytes(_ bytes: Int) -> String { "\(bytes >> 30) GiB" }

  private mutating func prepare(_ disk: NodeSpec.Disk, _ device: HostFacts.Device, _ block: HostFacts.BlockDevice) {
    let fingerprint = DiskFingerprint(
      device: disk.device, path: device.path, serial: block.serial, size: device.size,
      signatures: device.signatures)
    let foreign = device.signatures.filter { !Self.isFitting($0, disk, block) }
    if foreign.isEmpty {
      if disk.use != .ceph { mount(disk, fingerprint, isBlank: device.signatures.isEmpty) }
      return
    }
    let mounts = block.all.compactMap(\.mount)
    if !mounts.isEmpty {
      refuse(
        .disks, "\(disk.device) holds \(mounts.sorted().joined(separator: ", ")), which is in use",
        "write another device, or unmount it there if nothing needs it")
      return
    }
    let found = foreign.joined(separator: ", ")
    guard disk.wipe else {
      refuse(
        .disks, "\(disk.device) is for \(disk.use.rawValue), and there is \(found) on it",
        "write another device, or 'wipe: true' beside this one if what is on it may be destroyed")
      return
    }
    add(
      .disks, .wipe(fingerprint), "destroy what is on \(disk.device)",
      observed: "\(found) on \(Self.describe(fingerprint, block))",
      impact: [.destroys("\(found) on \(disk.device)")])
    if disk.use != .ceph {
      var blank = fingerprint
      blank.signatures = []
      mount(disk, blank, isBlank: true)
    }
  }

  private static func describe(_ disk: DiskFingerprint, _ block: HostFacts.BlockDevice) -> String {
    [gibibytes(disk.size), block.model, disk.serial.map { "serial \($0)" }].compactMap { $0 }.joined(separator: ", ")
  }

  /// Whether what is on a disk is what the disk is for.
  private static func isFitting(
    _ signature: String, _ disk: NodeSpec.Disk, _ block: HostFacts.BlockDevice
  ) -> Bool {
    switch disk.use {
    case .ceph:
      // An OSD lies on the disk itself or, as older ones do, on a logical volume of Ceph's own.
      signature == "ceph_bluestore"
        || signature == "LVM2_member" && !block.children.isEmpty
          && block.children.allSatisfy { $0.path.hasPrefix("/dev/mapper/ceph--") }
    case .data, .longhorn: signature == disk.filesystem
    case .system, .zfs: true
    }
  }

  private mutating func mount(_ disk: NodeSpec.Disk, _ fingerprint: DiskFingerprint, isBlank: Bool) {
    if isBlank {
      add(
        .disks, .format(fingerprint, filesystem: disk.filesystem), "make \(disk.filesystem) on \(disk.device)",
        observed: "nothing is on it")
    }
    let (name, file) = DesiredNode.mountUnit(of: disk)
    guard let files = need(facts.files, .disks, for: "its files", "install coreutils"),
      let units = need(facts.units, .disks, for: "what is mounted", "start the machine with systemd")
    else { return }
    let unit = units[name]
    let difference = difference(file, in: files)
    if difference == nil, let unit, unit.isActive, unit.isEnabled, !isBlank { return }
    add(
      .disks, .mount(unit: name, place: disk.place, file: file), "mount \(disk.device) at \(disk.place)",
      observed: difference.map { "\(file.path) is \($0)" } ?? "not mounted")
  }
}
