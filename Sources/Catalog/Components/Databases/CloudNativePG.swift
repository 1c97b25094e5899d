package import Blueprint
import JSON

/// https://cloudnative-pg.io/documentation/current/installation_upgrade/
package enum CloudNativePG: Component {
  package typealias Options = NoOptions

  package static let about = About(
    "cloudnative-pg", "Makes PostgreSQL clusters, keeps them alive and backs them up.",
    chart: ChartReference("https://cloudnative-pg.github.io/charts", "cloudnative-pg", "0.29.0", kubernetes: 29),
    namespace: "cnpg-system",
    definitions: [
      "clusters.postgresql.cnpg.io", "backups.postgresql.cnpg.io", "scheduledbackups.postgresql.cnpg.io",
      "poolers.postgresql.cnpg.io", "databases.postgresql.cnpg.io", "databaseroles.postgresql.cnpg.io",
      "publications.postgresql.cnpg.io", "subscriptions.postgresql.cnpg.io", "imagecatalogs.postgresql.cnpg.io",
      "clusterimagecatalogs.postgresql.cnpg.io", "failoverquorums.postgresql.cnpg.io",
    ],
    overhead: Overhead(memory: 128, cpu: 50))

  package static func options(_ reader: inout MappingReader) -> Options? { NoOptions() }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    var contribution = Contribution(
      values: ["resources": ["requests": ["cpu": "50m", "memory": "128Mi"]]],
      waitFor: ["deployment/\(context.namespace)/\(context.fullName(about.name))"],
      openings: [
        Opening(.ingress, .host, ports: [9443], because: "the API server asks it whether a database is right"),
        Opening(.egress, .cluster, ports: [8000], because: "it asks every instance of a database how it is"),
        Opening(.egress, .host, because: "it makes pods and Services through the API server"),
      ])
    contribution.monitors = [
      Monitor(
        .pod, labels: ["app.kubernetes.io/name": "cloudnative-pg", "app.kubernetes.io/instance": context.name],
        port: "metrics")
    ]
    return contribution
  }
}
