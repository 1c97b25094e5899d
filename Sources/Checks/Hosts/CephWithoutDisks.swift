import Blueprint
public import Diagnostics

public enum CephWithoutDisks: Rule {
  public static let about = About(
    "CR0907", "Rook has no disk",
    why: """
      Rook makes its storage of whole, empty disks. No node has one with `use: ceph`.
      """,
    broken: """
      nodes:
        - {name: cow, role: control-plane}
      platform:
        rook-ceph: {namespace: rook-ceph, chart: {path: rook}}
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

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let blueprint = subject.blueprint
    guard !blueprint.nodes.isEmpty, !blueprint.nodes.contains(where: { $0.disks.contains { $0.use == .ceph } }) else {
      return []
    }
    return blueprint.releases.filter { $0.name == "rook-ceph" }.map { release in
      problem(
        "'rook-ceph' is deployed, and no node has a disk for it", at: release.span,
        fix: "add 'disks: [{device: …, use: ceph}]' to the nodes that have one to spare")
    }
  }
}
