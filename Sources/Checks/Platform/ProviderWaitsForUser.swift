import Blueprint
import Catalog
public import Diagnostics

public enum ProviderWaitsForUser: Rule {
  public static let about = About(
    "CR0615", "A release needs what comes only after it",
    why: """
      A database is made by its operator, a volume by the component that its class belongs to. Where that component
      waits for the release that asks, neither of the two ever starts.
      """,
    broken: """
      platform:
        cloudnative-pg: {dependsOn: [paperless]}
      apps:
        paperless:
          image: ghcr.io/example/paperless:2.18
          database: postgresql
      """,
    mended: """
      platform:
        cloudnative-pg: {}
      apps:
        paperless:
          image: ghcr.io/example/paperless:2.18
          database: postgresql
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let classes = storageClasses(of: subject.blueprint)
    return subject.blueprint.releases.flatMap { release in
      var needs: [(what: String, provider: String, span: SourceSpan)] = []
      if let database = release.database, let provider = subject.platform.maker(of: database)?.part {
        needs.append(("its database", provider.name, database.span))
      }
      if case .image(let workload) = release.source {
        for volume in workload.storage {
          guard case .claim(_, let name, _) = volume.source,
            let owner = classes.first(where: { name == nil ? $0.isDefault : $0.name == name })?.owner
          else { continue }
          needs.append(("its volume '\(volume.name)'", owner, workload.place(of: "storage")))
        }
      }
      return needs.compactMap { what, provider, span -> Diagnostic? in
        guard provider != release.name, let path = subject.wait(of: provider, for: release.name) else { return nil }
        return problem(
          "'\(release.name)' gets \(what) from '\(provider)', which starts only when '\(release.name)' is ready",
          at: span, related: path, fix: "remove that dependency, or move it to 'after'")
      }
    }
  }
}

extension DatabaseMaker {
  fileprivate var part: Platform.Part? {
    switch self {
    case .cloudNativePG(let part), .externalPostgres(let part), .dragonfly(let part): part
    case .valkey: nil
    }
  }
}
