package import Blueprint
import JSON

/// https://github.com/movetokube/postgres-operator
package enum ExternalPostgresOperator: Component {
  package struct Options: ComponentOptions {
    package var secret = "postgres-admin"
  }

  package static let about = About(
    "external-postgres-operator", "Makes databases and roles on a PostgreSQL server outside the cluster.",
    chart: ChartReference("https://movetokube.github.io/postgres-operator/", "ext-postgres-operator", "3.0.0"),
    namespace: "external-postgres-operator",
    definitions: ["postgres.db.movetokube.com", "postgresusers.db.movetokube.com"],
    overhead: Overhead(memory: 64, cpu: 10))

  package static func options(_ reader: inout MappingReader) -> Options? {
    Options(
      secret: reader.secretName("postgres-admin", "The Secret that says where the server is and who may manage it."))
  }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    Contribution(
      values: [
        "fullnameOverride": .string(context.name), "existingSecret": .string(options.secret),
        "resources": ["requests": ["cpu": "10m", "memory": "64Mi"]],
      ],
      waitFor: ["deployment/\(context.namespace)/\(context.name)"],
      secrets: [
        SecretNeed(
          options.secret, in: context.namespace,
          keys: [
            "POSTGRES_HOST", "POSTGRES_USER", "POSTGRES_PASS", "POSTGRES_URI_ARGS", "POSTGRES_CLOUD_PROVIDER",
            "POSTGRES_DEFAULT_DATABASE",
          ],
          for: "address of the PostgreSQL server, and a role that may make roles and databases")
      ],
      openings: [
        Opening(.egress, .world, ports: [5432], because: "the PostgreSQL server is outside the cluster"),
        Opening(.egress, .host, because: "it makes the Secrets of databases through the API server"),
      ])
  }
}
