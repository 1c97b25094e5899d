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
        if let whole = node.disks.first(where: { isPartition(disk.device, of: $0.device) }) {
          return problem(
            "\(disk.device) of node '\(node.name)' is a part of \(whole.device), which is for \(whole.use.rawValue)"
              + (whole.wipe ? " and is wiped" : ""),
            at: disk.span, related: [.init("the whole disk is listed here", at: whole.span)],
            fix: "name parts of the disk alone, or the whole of it once")
        }
        guard let first = node.disks[..<index].first(where: { $0.device == disk.device }) else { return nil }
        return problem(
          "\(disk.device) of node '\(node.name)' is listed twice: for \(first.use.rawValue) and for \(disk.use.rawValue)",
          at: disk.span, related: [.init("it is listed here first", at: first.span)], fix: "keep one of the two")
      }
    }
  }
  /// `/dev/sda2` of `/dev/sda`, `/dev/nvme0n1p1` of `/dev/nvme0n1`, `/dev/disk/by-id/x-part1` of `/dev/disk/by-id/x`.
  private static func isPartition(_ device: String, of whole: String) -> Bool {
    guard device.hasPrefix(whole), device != whole else { return false }
    var rest = device.dropFirst(whole.count)
    if whole.hasPrefix("/dev/disk/") {
      guard rest.hasPrefix("-part") else { return false }
      rest = rest.dropFirst(5)
    } else if whole.last?.isNumber == true {
      guard rest.hasPrefix("p") else { return false }
      rest = rest.dropFirst()
    }
    return !rest.isEmpty && rest.allSatisfy(\.isNumber)
  }
}
