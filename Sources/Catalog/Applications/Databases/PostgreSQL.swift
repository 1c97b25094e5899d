import Blueprint
import JSON

extension Applications {
  /// A PostgreSQL cluster of its own. CloudNativePG makes the Secret `NAME-app` with what a client needs.
  ///
  /// https://cloudnative-pg.io/documentation/current/cloudnative-pg.v1/
  mutating func addCluster(_ database: DatabaseUse, _ index: Int, _ part: Platform.Part) {
    let release = blueprint.releases[index]
    let name = database.name(in: release)
    let cluster: JSON = [
      "apiVersion": "postgresql.cnpg.io/v1", "kind": "Cluster", "metadata": release.keptMetadata(name),
      "spec": .members([
        "instances": .int(database.instances),
        // One instance alone would never let its node be drained.
        "enablePDB": .bool(database.instances > 1),
        "bootstrap": ["initdb": ["database": .string(name), "owner": .string(name)]],
        "storage": ["size": .string(database.size)],
        "affinity": database.instances > 1
          ? ["enablePodAntiAffinity": true, "topologyKey": "kubernetes.io/hostname"] : nil,
      ]),
    ]
    add([cluster], to: index, needing: [part])
    connect(
      index, secret: "\(name)-app",
      keys: [
        "PGHOST": "host", "PGPORT": "port", "PGDATABASE": "dbname", "PGUSER": "username", "PGPASSWORD": "password",
      ],
      url: "uri")
    let pods = Flow.Peer.pods(namespace: release.namespace.name, labels: ["cnpg.io/cluster": name])
    flows += [
      Flow(
        owner: release.name, from: release.pods, to: pods, ports: [5432],
        reason: "'\(release.name)' keeps its data in the database '\(name)'."),
      Flow(
        owner: release.name, from: pods, to: pods, ports: [5432, 8000],
        reason: "Instances of the database '\(name)' follow each other."),
      Flow(
        owner: release.name, from: .pods(namespace: part.namespace), to: pods, ports: [5432, 8000],
        reason: "'\(part.name)' looks after the database '\(name)'."),
      Flow(
        owner: release.name, from: pods, to: .host, ports: [],
        reason: "Instances of the database '\(name)' agree through the API server which of them writes."),
    ]
  }

  /// A database and a role on a server outside the cluster. The operator makes the Secret `postgres-NAME`.
  ///
  /// https://github.com/movetokube/postgres-operator
  mutating func addExternalDatabase(_ database: DatabaseUse, _ index: Int, _ part: Platform.Part) {
    let release = blueprint.releases[index]
    let name = database.name(in: release)
    let objects: [JSON] = [
      [
        "apiVersion": "db.movetokube.com/v1alpha1", "kind": "Postgres", "metadata": release.keptMetadata(name),
        "spec": ["database": .string(name), "dropOnDelete": false],
      ],
      [
        "apiVersion": "db.movetokube.com/v1alpha1", "kind": "PostgresUser", "metadata": release.metadata(name),
        "spec": [
          "role": .string(name), "database": .string(name), "secretName": "postgres", "privileges": "OWNER",
        ],
      ],
    ]
    add(objects, to: index, needing: [part])
    connect(
      index, secret: "postgres-\(name)",
      keys: [
        "PGHOST": "HOSTNAME", "PGPORT": "PORT", "PGDATABASE": "DATABASE_NAME", "PGUSER": "LOGIN",
        "PGPASSWORD": "PASSWORD",
      ], url: "POSTGRES_URL")
    for (owner, client) in [(release.name, release.pods), (part.name, .pods(namespace: part.namespace))] {
      flows.append(
        Flow(
          owner: release.name, from: client, to: .world, ports: [5432],
          reason: "'\(owner)' reaches the database '\(name)', which lives outside the cluster."))
    }
  }

  /// libpq's variables (https://www.postgresql.org/docs/current/libpq-envars.html) and `DATABASE_URL`.
  private mutating func connect(_ index: Int, secret: String, keys: KeyValuePairs<String, String>, url: String) {
    addEnvironment(
      keys.map { ($0, .secret(name: secret, key: $1)) } + [("DATABASE_URL", .secret(name: secret, key: url))], to: index
    )
  }
}
