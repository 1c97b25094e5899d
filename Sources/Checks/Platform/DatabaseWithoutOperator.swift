import Blueprint
import Catalog
public import Diagnostics

public enum DatabaseWithoutOperator: Rule {
  public static let about = About(
    "CR0610", "Nothing in the cluster makes the database that is asked for",
    why: """
      `database: postgresql` is made by cloudnative-pg, with `external: true` by external-postgres-operator. For `redis`
      dragonfly-operator is taken where it is there, else one pod of Valkey; outside the cluster there is none.
      """,
    broken: """
      apps:
        paperless:
          image: ghcr.io/example/paperless:2.18
          database: postgresql
      """,
    mended: """
      platform:
        cloudnative-pg:
          namespace: cnpg-system
          chart: {repository: "https://cloudnative-pg.github.io/charts", name: cloudnative-pg, version: 0.29.0}
      apps:
        paperless:
          image: ghcr.io/example/paperless:2.18
          database: postgresql
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    subject.blueprint.releases.compactMap { release in
      guard let database = release.database, subject.platform.maker(of: database) == nil else { return nil }
      let what = "the \(database.isExternal ? "external " : "")\(database.engine.rawValue) database"
      let fix =
        switch (database.engine, database.isExternal) {
        case (.redis, _): "remove 'external', or give the application its address in 'env'"
        case (.postgresql, true): "add 'external-postgres-operator' to 'platform'"
        case (.postgresql, false): "add 'cloudnative-pg' to 'platform'"
        }
      return problem("nothing in the cluster makes \(what) of '\(release.name)'", at: database.span, fix: fix)
    }
  }
}
