import Blueprint
import Catalog
public import Diagnostics

public enum DeletedWithItsClaim: Rule {
  public static let about = About(
    "CR0653", "The only copy of data is deleted with its claim", .warning,
    why: """
      A volume of a class with `reclaimPolicy: Delete` goes when its claim does: with a namespace that is deleted, for
      one. That is fine where the data is kept elsewhere, or can be had again (`backup: none`). Where nothing keeps
      volumes elsewhere, `Retain` leaves them, to be taken up again or deleted by hand.
      """,
    broken: """
      platform:
        local-path: {}
      apps:
        paperless:
          image: ghcr.io/example/paperless:2.18
          storage: {data: {size: 20Gi, mount: /data}}
      """,
    mended: """
      platform:
        local-path: {reclaimPolicy: Retain}
      apps:
        paperless:
          image: ghcr.io/example/paperless:2.18
          storage: {data: {size: 20Gi, mount: /data}}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    guard subject.platform.backupKeeper == nil else { return [] }
    let classes = storageClasses(of: subject.blueprint)
    return subject.claims.filter { $0.backup == nil && !subject.isOfCatalogue($0.release) }.compactMap { claim in
      guard let volumes = subject.storageClass(of: claim, among: classes), !volumes.isRetained,
        // The distribution's own has no release.
        let place = volumes.owner.flatMap({ subject.blueprint.release($0)?.span }) ?? subject.blueprint.kubernetes?.span
      else { return nil }
      let retain =
        volumes.owner.map { "write 'reclaimPolicy: Retain' at '\($0)'" }
        ?? "add 'local-path: {reclaimPolicy: Retain}' to 'platform'"
      return problem(
        "the volume \(claim.name) is the only copy of its data, and goes with its claim", at: claim.span,
        related: [.init("its class '\(volumes.name)' deletes volumes", at: place)],
        fix: "\(retain), or 'backup: none' where the data can be had again")
    }
  }
}
