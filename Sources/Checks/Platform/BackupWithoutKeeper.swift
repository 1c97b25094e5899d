import Blueprint
import Catalog
public import Diagnostics

public enum BackupWithoutKeeper: Rule {
  public static let about = About(
    "CR0611", "A volume is to be kept elsewhere, and nothing does that",
    why: """
      `backup` of a volume is what volsync or longhorn do. Without either, nobody keeps the volume, and nobody notices
      until it is needed.
      """,
    broken: """
      apps:
        paperless:
          image: ghcr.io/example/paperless:2.18
          storage:
            data: {size: 20Gi, mount: /data, backup: daily}
      """,
    mended: """
      platform:
        volsync:
          namespace: volsync-system
          chart: {repository: "https://backube.github.io/helm-charts/", name: volsync, version: 0.16.0}
      apps:
        paperless:
          image: ghcr.io/example/paperless:2.18
          storage:
            data: {size: 20Gi, mount: /data, backup: daily}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    guard subject.platform.backupKeeper == nil else { return [] }
    return subject.blueprint.workloads.flatMap { release, workload in
      workload.storage.compactMap { volume in
        guard let backup = volume.backup, backup != .none else { return nil }
        return problem(
          "the volume '\(volume.name)' of '\(release.name)' is to be kept elsewhere (\(backup.rawValue)), and nothing "
            + "in the cluster does that",
          at: workload.place(of: "storage"), fix: "add 'volsync' or 'longhorn' to 'platform'")
      }
    }
  }
}
