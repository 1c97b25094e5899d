import Blueprint
import Catalog
public import Diagnostics

public enum VolumeWithoutBackup: Rule {
  public static let about = About(
    "CR0651", "A volume that nobody keeps elsewhere", .warning,
    why: """
      The cluster can keep volumes elsewhere, and nothing is said of this one. Copies on several disks do not help
      against a mistake, a broken file system or a burglar. `backup: none` says that the data can be had again.
      """,
    broken: """
      platform:
        volsync: {}
        snapshot-controller: {}
      apps:
        paperless:
          image: ghcr.io/example/paperless:2.18
          storage: {data: {size: 20Gi, mount: /data}}
      backup: {volumes: {target: "s3://volumes", secret: volumes}}
      """,
    mended: """
      platform:
        volsync: {}
        snapshot-controller: {}
      apps:
        paperless:
          image: ghcr.io/example/paperless:2.18
          storage: {data: {size: 20Gi, mount: /data, backup: daily}}
      backup: {volumes: {target: "s3://volumes", secret: volumes}}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    guard subject.platform.backupKeeper != nil, let target = subject.blueprint.backup?.volumes else { return [] }
    return subject.claims.filter { $0.backup == nil && !subject.isOfCatalogue($0.release) }.map { claim in
      problem(
        "nobody keeps the volume \(claim.name) elsewhere", at: claim.span,
        related: [.init("backups of other volumes go to \(target.value)", at: target.span)],
        fix: "add 'backup: daily'; or 'backup: none', where the data can be had again")
    }
  }
}
