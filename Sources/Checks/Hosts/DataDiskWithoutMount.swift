import Blueprint
public import Diagnostics

public enum DataDiskWithoutMount: Rule {
  public static let about = About(
    "CR0905", "A data disk that is mounted nowhere",
    why: """
      A disk with `use: data` holds a file system for you or for an application on that node, so it needs a place.
      """,
    broken: """
      nodes:
        - name: cow
          role: control-plane
          disks: [{device: /dev/sdb, use: data}]
      """,
    mended: """
      nodes:
        - name: cow
          role: control-plane
          disks: [{device: /dev/sdb, use: data, mount: /srv/data}]
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    subject.blueprint.nodes.flatMap { node in
      node.disks.filter { $0.use == .data && $0.mount == nil }.map { disk in
        problem(
          "\(disk.device) of node '\(node.name)' is for data, and nothing says where it is mounted", at: disk.span,
          fix: "add 'mount: /srv/data' or the like")
      }
    }
  }
}
