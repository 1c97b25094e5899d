package import Blueprint
import JSON

/// Who makes a database for an application.
package enum DatabaseMaker: Sendable, Equatable {
  /// A PostgreSQL cluster of the application's own.
  case cloudNativePG(Platform.Part)
  /// A database and a role on a server outside the cluster.
  case externalPostgres(Platform.Part)
  case dragonfly(Platform.Part)
  /// Croft: one pod of Valkey, which speaks Redis' protocol.
  case valkey
}

extension Platform {
  /// - Returns: `nil` where nothing of the platform can make it.
  package func maker(of database: DatabaseUse) -> DatabaseMaker? {
    switch (database.engine, database.isExternal) {
    case (.postgresql, false): part("cloudnative-pg").map { .cloudNativePG($0) }
    case (.postgresql, true): part("external-postgres-operator").map { .externalPostgres($0) }
    case (.redis, false): part("dragonfly-operator").map { .dragonfly($0) } ?? .valkey
    case (.redis, true): nil
    }
  }
}

extension Applications {
  /// A release's database, and for an application of an image the variables that it finds it by.
  mutating func addDatabase(_ index: Int) {
    let release = blueprint.releases[index]
    guard let database = release.database, let maker = platform.maker(of: database) else { return }
    switch maker {
    case .cloudNativePG(let part): addCluster(database, index, part)
    case .externalPostgres(let part): addExternalDatabase(database, index, part)
    case .dragonfly(let part): addDragonfly(database, index, part)
    case .valkey: addValkey(database, index)
    }
  }
}

extension DatabaseUse {
  /// The database's name, which is also its objects'.
  func name(in release: Release) -> String { name ?? (engine == .redis ? "\(release.name)-redis" : release.name) }
}

extension Release {
  /// Metadata of an object with data that no release brings back: it stays where it is no longer asked for.
  func keptMetadata(_ name: String) -> JSON { metadata(name, annotations: ["helm.sh/resource-policy": "keep"]) }
}
