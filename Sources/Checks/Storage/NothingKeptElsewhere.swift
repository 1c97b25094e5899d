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
    guard !subject.blueprint.nodes.isEmpty, subject.platform.backupKeeper == nil else { return [] }
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
}
