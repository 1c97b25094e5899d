import Blueprint
public import Diagnostics

public enum DiskForNothing: Rule {
  public static let about = About(
    "CR0908", "A disk for storage that is not deployed", .warning,
    why: """
      A disk is kept free for Ceph, Longhorn or ZFS, and nothing in the cluster uses it.
      """,
    broken: """
      nodes:
        - name: cow
          role: control-plane
          disks: [{device: /dev/nvme0n1, use: ceph}]
      """,
    mended: """
      nodes:
        - name: cow
          role: control-plane
          disks: [{device: /dev/nvme0n1, use: ceph}]
      platform:
        rook-ceph: {namespace: rook-ceph, chart: {path: rook}}
      """,
    files: ["rook/Chart.yaml": "apiVersion: v2\nname: rook\nversion: 1.0.0\n"])

  private static let providers: [NodeSpec.Disk.Use: [String]] = [
    .ceph: ["rook-ceph"], .longhorn: ["longhorn"], .zfs: ["democratic-csi", "csi-driver-zfs", "zfs-provisioner"],
  ]

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let names = Set(subject.blueprint.releases.map(\.name))
    return subject.blueprint.nodes.flatMap { node in
      node.disks.compactMap { disk in
        guard let wanted = providers[disk.use], names.isDisjoint(with: wanted) else { return nil }
        return problem(
          "\(disk.device) of node '\(node.name)' is for \(disk.use.rawValue), and '\(wanted[0])' is not deployed",
          at: disk.span, fix: "add '\(wanted[0])' to 'platform', or remove the disk")
      }
    }
  }
}
