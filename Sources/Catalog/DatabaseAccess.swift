import Blueprint
import JSON

/// How a component reaches the PostgreSQL that the platform makes for it.
struct DatabaseAccess: Sendable, Equatable {
  /// The Secret with everything that a client needs.
  var secret: String
  /// Its keys.
  var host: String
  var port: String
  var database: String
  var user: String
  var password: String

  /// A variable that takes one of them.
  func variable(_ name: String, _ key: String) -> JSON {
    ["name": .string(name), "valueFrom": ["secretKeyRef": ["name": .string(secret), "key": .string(key)]]]
  }
}

extension ComponentContext {
  /// `nil` where nothing of the platform makes such a database.
  func access(to use: DatabaseUse) -> DatabaseAccess? {
    let database = use.name ?? name
    return switch Platform(blueprint).maker(of: use) {
    case .cloudNativePG:
      // https://cloudnative-pg.io/documentation/current/applications/
      DatabaseAccess(
        secret: "\(database)-app", host: "host", port: "port", database: "dbname", user: "username",
        password: "password")
    case .externalPostgres:
      // https://github.com/movetokube/postgres-operator
      DatabaseAccess(
        secret: "postgres-\(database)", host: "HOSTNAME", port: "PORT", database: "DATABASE_NAME", user: "LOGIN",
        password: "PASSWORD")
    case .dragonfly, .valkey, nil: nil
    }
  }

  /// A PostgreSQL database: of the component's own where there is CloudNativePG, else on the server outside.
  func postgresql(_ volume: StorageChoice, instances: Int = 1) -> DatabaseUse {
    DatabaseUse(
      engine: .postgresql, instances: instances, size: volume.size,
      isExternal: !has("cloudnative-pg") && has("external-postgres-operator"), span: use.release.span)
  }
}
