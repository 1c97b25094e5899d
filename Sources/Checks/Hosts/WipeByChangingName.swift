import Blueprint
public import Diagnostics

public enum WipeByChangingName: Rule {
  public static let about = About(
    "CR0906", "A disk that may be wiped goes by a name that can change", .warning,
    why: """
      `/dev/sda` is whichever disk the kernel found first. After a restart, or with a USB disk plugged in, it can be
      another one, and `wipe: true` allows to destroy what is on it. Names below `/dev/disk/by-id` stay with the disk.
      """,
    broken: """
      nodes:
        - name: cow
          role: control-plane
          disks: [{device: /dev/sdb, use: data, mount: /srv, wipe: true}]
      """,
    mended: """
      nodes:
        - name: cow
          role: control-plane
          disks: [{device: /dev/disk/by-id/ata-Samsung_SSD_870_S6PTNM0R, use: data, mount: /srv, wipe: true}]
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    subject.blueprint.nodes.flatMap { node in
      node.disks.filter { $0.wipe && !$0.device.hasPrefix("/dev/disk/by-") }.map { disk in
        problem(
          "\(disk.device) of node '\(node.name)' may be wiped, and the name can mean another disk after a restart",
          at: disk.span, fix: "name it by what 'ls -l /dev/disk/by-id' shows on the machine")
      }
    }
  }
}
