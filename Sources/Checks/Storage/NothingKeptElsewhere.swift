import Blueprint
import Catalog
public import Diagnostics

public enum NothingKeptElsewhere: Rule {
  public static let about = About(
    "CR0656", "Nothing keeps the cluster's data elsewhere", .note,
    why: """
      Applications keep data in volumes and databases, and no copy ever leaves the cluster. Copies on several disks, and
      volumes that outlive their claims, do not help against a mistake or a burglar. `backup: none` at a volume says that
      its data can be had again.
      """,
    broken: """
      kubernetes: {distribution: k3s, version: v1.33.4+k3s1}
      nodes:
        - {name: cow, role: control-plane}
      platform:
        local-path: {reclaimPolicy: Retain}
      apps:
        one:
          image: ghcr.io/example/one:1.0
          storage: {data: {size: 20Gi, mount: /data}}
        two:
          image: ghcr.io/example/two:1.0
          storage: {data: {size: 20Gi, mount: /data}}
      """,
    mended: """
      kubernetes: {distribution: k3s, version: v1.33.4+k3s1}
      nodes:
        - {name: cow, role: control-plane}
      platform:
        local-path: {reclaimPolicy: Retain}
      apps:
        one:
          image: ghcr.io/example/one:1.0
          storage: {data: {size: 20Gi, mount: /data, backup: none}}
        two:
          image: ghcr.io/example/two:1.0
          storage: {data: {size: 20Gi, mount: /data, backup: none}}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    // Where the file describes no machines, somebody else may keep what is on them.
    guard !subject.blueprint.nodes.isEmpty else { return [] }
    if subject.platform.backupKeeper != nil { return databases(subject) }
    let classes = storageClasses(of: subject.blueprint)
    let volumes = subject.claims.filter { claim in
      // A class that deletes volumes is a warning of its own.
      claim.backup == nil && !subject.isOfCatalogue(claim.release)
        && subject.storageClass(of: claim, among: classes)?.isRetained != false
    }
    let all = volumes + subject.databaseClaims.filter { !subject.isOfCatalogue($0.release) }
    guard let first = all.first else { return [] }
    let rest = all.count - 1
    return [
      problem(
        "no copy of \(first.name)\(rest > 0 ? " and of \(rest) more" : "") is kept outside the cluster", at: first.span,
        fix: "add 'volsync: {}' to 'platform' and 'backup: {volumes: {target: …}}', or write 'backup: none'")
    ]
  }

  /// What keeps volumes does not keep those of databases: a copy of files in the midst of a change is none.
  private static func databases(_ subject: Subject) -> [Diagnostic] {
    let isKept = subject.objects.all.contains { object in
      object.kind == "ScheduledBackup"
        || object.kind == "CronJob" && ["backup", "dump"].contains(where: object.name.contains)
    }
    let all = subject.databaseClaims.filter { claim in
      claim.release.database?.engine == .postgresql
    }
    guard let first = all.first, !isKept else { return [] }
    return [
      problem(
        "no backup is made of \(first.name)\(all.count > 1 ? " and of \(all.count - 1) more" : "")", at: first.span,
        fix: "dump it into a volume with 'backup', or add a ScheduledBackup (postgresql.cnpg.io)")
    ]
  }
}
