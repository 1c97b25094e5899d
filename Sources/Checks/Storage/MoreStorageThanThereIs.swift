import Blueprint
import Catalog
public import Diagnostics

public enum MoreStorageThanThereIs: Rule {
  public static let about = About(
    "CR0655", "More storage is asked for than the disks have", .warning,
    why: """
      Every copy of a volume takes its size from a disk in the end. What applications and databases ask of a component,
      times the copies that it keeps, is more than the disks that it has on all nodes. Volumes of local-path are folders
      of the disks for the system and for data.
      """,
    broken: """
      nodes:
        - {name: cow, role: control-plane, disks: [{device: /dev/sdb, use: longhorn, size: 100Gi}]}
        - {name: sheep, role: worker, disks: [{device: /dev/sdb, use: longhorn, size: 100Gi}]}
        - {name: duck, role: worker, disks: [{device: /dev/sdb, use: longhorn, size: 100Gi}]}
      platform:
        longhorn: {replicas: 2}
      apps:
        photos:
          image: ghcr.io/example/photos:1.9
          storage: {library: {size: 200Gi, mount: /data, backup: none}}
      """,
    mended: """
      nodes:
        - {name: cow, role: control-plane, disks: [{device: /dev/sdb, use: longhorn, size: 500Gi}]}
        - {name: sheep, role: worker, disks: [{device: /dev/sdb, use: longhorn, size: 500Gi}]}
        - {name: duck, role: worker, disks: [{device: /dev/sdb, use: longhorn, size: 500Gi}]}
      platform:
        longhorn: {replicas: 2}
      apps:
        photos:
          image: ghcr.io/example/photos:1.9
          storage: {library: {size: 200Gi, mount: /data, backup: none}}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let classes = storageClasses(of: subject.blueprint)
    let claims = subject.claims + subject.databaseClaims
    return replicated(subject, claims, classes) + local(subject, claims, classes)
  }

  private static func local(
    _ subject: Subject, _ claims: [VolumeClaim], _ classes: [StorageClassSummary]
  ) -> [Diagnostic] {
    let disks = subject.blueprint.nodes.flatMap(\.disks).filter { [.system, .data].contains($0.use) }
    let sizes = disks.compactMap { $0.size.flatMap { Mebibytes($0.value)?.count } }
    let own = claims.filter { claim in
      guard let volumes = subject.storageClass(of: claim, among: classes) else { return false }
      // The distribution's own has no release.
      guard let owner = volumes.owner else { return true }
      return subject.platform.part(named: owner)?.component == "local-path"
    }
    guard !sizes.isEmpty, sizes.count == disks.count, let largest = own.max(by: { $0.total < $1.total }) else {
      return []
    }
    let asked = own.reduce(0) { $0 + $1.total }
    let there = sizes.reduce(0, +)
    guard asked > there else { return [] }
    return [
      problem(
        "volumes of local-path are to have \(Mebibytes(asked)), and the disks of the nodes have \(Mebibytes(there))",
        at: largest.span, related: [.init("the disks", at: disks[0].span)], fix: "ask for less, or add disks")
    ]
  }

  private static func replicated(
    _ subject: Subject, _ claims: [VolumeClaim], _ classes: [StorageClassSummary]
  ) -> [Diagnostic] {
    subject.replicatedStorage.compactMap { storage in
      let sizes = storage.disks.compactMap { $0.size.flatMap { Mebibytes($0.value)?.count } }
      let own = claims.filter { subject.storageClass(of: $0, among: classes)?.owner == storage.name }
      // Unless all are known there is nothing to compare with.
      guard !sizes.isEmpty, sizes.count == storage.disks.count,
        let largest = own.max(by: { $0.total < $1.total })
      else { return nil }
      let asked = own.reduce(0) { $0 + $1.total }
      let there = sizes.reduce(0, +)
      guard asked * Double(storage.copies) > there, let use = storage.use else { return nil }
      return problem(
        "volumes of '\(storage.name)' are to have \(Mebibytes(asked)), times \(storage.copies) copies, and its disks have "
          + "\(Mebibytes(there))",
        at: use, related: [.init("the largest is \(largest.name)", at: largest.span)],
        fix: "ask for less, keep fewer copies, or add disks")
    }
  }
}

extension VolumeClaim {
  /// MiB of one copy.
  fileprivate var total: Double { (Mebibytes(size)?.count ?? 0) * Double(count) }
}
