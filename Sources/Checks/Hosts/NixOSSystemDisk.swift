import Blueprint
public import Diagnostics

public enum NixOSSystemDisk: Rule {
  public static let about = About(
    "CR0920", "A NixOS machine without one disk to start from",
    why: """
      The file describes a NixOS machine as a whole. Its root file system, and what outlives a start, lie on the disk with
      `use: system`, which is laid out when the machine is installed. Without one there is nothing to start from; of two,
      nobody can tell which.
      """,
    broken: """
      kubernetes: {distribution: k3s, version: v1.33.4+k3s1}
      nodes:
        - {name: cow, role: control-plane, os: nixos}
      """,
    mended: """
      kubernetes: {distribution: k3s, version: v1.33.4+k3s1}
      nodes:
        - name: cow
          role: control-plane
          os: nixos
          disks: [{device: /dev/disk/by-id/nvme-Samsung_SSD_980_S649NX0R, use: system}]
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    // On a k3d host Croft is a guest.
    subject.blueprint.wholeNixOSNodes.compactMap { node in
      let disks = node.disks.filter { $0.use == .system }
      if disks.count > 1 {
        return problem(
          "'\(node.name)' has \(disks.count) disks with 'use: system'", at: disks[1].span,
          related: [.init("the first", at: disks[0].span)], fix: "keep it at one, and give the others another 'use'")
      }
      guard disks.isEmpty else { return nil }
      return problem(
        "'\(node.name)' runs NixOS and has no disk with 'use: system'", at: node.span,
        fix: "add 'disks: [{device: /dev/disk/by-id/…, use: system}]'")
    }
  }
}

extension Blueprint {
  /// NixOS machines that the file describes as a whole; a host of k3d has a configuration of its own.
  var wholeNixOSNodes: [NodeSpec] {
    kubernetes?.distribution == .k3s ? nodes.filter { system(of: $0) == .nixos } : []
  }
}
