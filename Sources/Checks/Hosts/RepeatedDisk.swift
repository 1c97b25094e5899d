import Blueprint
public import Diagnostics

public enum RepeatedDisk: Rule {
  public static let about = About(
    "CR0904", "A disk is listed twice",
    why: """
      A disk is for one thing. Listed twice, it would be formatted for the first and then for the second.
      """,
    broken: """
      nodes:
        - name: cow
          role: control-plane
          disks:
            - {device: /dev/nvme0n1, use: ceph}
            - {device: /dev/nvme0n1, use: data, mount: /srv}
      platform:
        rook-ceph: {namespace: rook-ceph, chart: {path: rook}}
      """,
    mended: """
      nodes:
        - name: cow
          role: control-plane
          disks:
            - {device: /dev/nvme0n1, use: ceph}
            - {device: /dev/nvme1n1, use: data, mount: /srv}
      platform:
        rook-ceph: {namespace: rook-ceph, chart: {path: rook}}
      """,
    files: ["rook/Chart.yaml": "apiVersion: v2\nname: rook\nversion: 1.0.0\n"])

  public static func check(_ subject: Subject) -> [Diagnostic] {
    subject.blueprint.nodes.flatMap { node in
      node.disks.enumerated().compactMap { index, disk in
        guard let first = node.disks[..<index].first(where: { $0.device == disk.device }) else { return nil }
        return problem(
          "\(disk.device) of node '\(node.name)' is listed twice: for \(first.use.rawValue) and for \(disk.use.rawValue)",
          at: disk.span, related: [.init("it is listed here first", at: first.span)], fix: "keep one of the two")
      }
    }
  }
}
