import Blueprint
public import Diagnostics

public enum TalosDiskElsewhere: Rule {
  public static let about = About(
    "CR0926", "A disk that Talos cannot mount like this",
    why: """
      Talos mounts disks below /var/mnt alone, each at one name of letters, digits and hyphens, and makes file systems of
      the kinds ext4 and xfs.
      """,
    broken: """
      kubernetes: {distribution: talos, version: v1.36.3}
      nodes:
        - name: control0
          role: control-plane
          disks: [{device: /dev/nvme0n1, use: data, mount: /srv/data}]
      """,
    mended: """
      kubernetes: {distribution: talos, version: v1.36.3}
      nodes:
        - name: control0
          role: control-plane
          disks: [{device: /dev/nvme0n1, use: data, mount: /var/mnt/data}]
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let blueprint = subject.blueprint
    return blueprint.nodes.filter { blueprint.system(of: $0) == .talos }.flatMap { node in
      node.disks.compactMap { disk in
        if let mount = disk.mount, mount.wholeMatch(of: /\/var\/mnt\/[A-Za-z0-9-]{1,34}/) == nil {
          let name = mount.split(separator: "/").last ?? "data"
          return problem(
            "\(disk.device) of '\(node.name)' is to be mounted at \(mount), where Talos cannot", at: disk.span,
            fix: "write 'mount: /var/mnt/\(name)'")
        }
        guard disk.filesystem == "btrfs" else { return nil }
        return problem(
          "\(disk.device) of '\(node.name)' is to have btrfs, which Talos does not make", at: disk.span,
          fix: "write 'filesystem: xfs' or leave it out")
      }
    }
  }
}
