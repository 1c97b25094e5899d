package import Blueprint
import JSON

/// https://grafana.com/docs/loki/latest/setup/install/helm/ – one server, which is enough for a home.
package enum Loki: Component {
  package struct Options: ComponentOptions {
    package var days = 30
    package var storage = StorageChoice(size: "20Gi")
  }

  package static let about = About(
    "loki", "Keeps the logs of all pods.",
    chart: ChartReference("https://grafana-community.github.io/helm-charts", "loki", "18.11.0", kubernetes: 25),
    namespace: "monitoring", after: StorageChoice.providers, overhead: Overhead(memory: 512, cpu: 100))

  package static func options(_ reader: inout MappingReader) -> Options? {
    let days = reader.optional("days", .whole(1...3650, "a number of days"), "How long logs are kept.", byDefault: 30)
    return Options(days: days ?? 30, storage: reader.storage(size: "20Gi"))
  }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    let name = context.fullName(about.name)
    let off: JSON = ["enabled": false]
    let none: JSON = ["replicas": 0]
    let schema: JSON = [
      "from": "2024-04-01", "store": "tsdb", "object_store": "filesystem", "schema": "v13",
      "index": ["prefix": "index_", "period": "24h"],
    ]
    var contribution = Contribution(
      values: [
        "deploymentMode": "Monolithic",
        "loki": [
          "auth_enabled": false, "commonConfig": ["replication_factor": 1], "storage": ["type": "filesystem"],
          "schemaConfig": ["configs": [schema]],
          "limits_config": ["retention_period": .string("\(options.days * 24)h")],
          // Nothing is ever removed without it.
          "compactor": ["retention_enabled": true, "delete_request_store": "filesystem"],
          "analytics": ["reporting_enabled": false],
        ],
        "singleBinary": [
          "replicas": 1,
          "persistence": .members([
            "enabled": true, "size": .string(options.storage.size),
            "storageClass": options.storage.storageClass.map { .string($0) },
          ]),
          "resources": ["requests": ["cpu": "100m", "memory": "512Mi"]],
        ],
        "write": none, "read": none, "backend": none,
        // Each wants more memory than everything else together.
        "chunksCache": off, "resultsCache": off,
        "gateway": off, "lokiCanary": off, "test": off,
      ],
      waitFor: ["statefulset/\(context.namespace)/\(name)"],
      openings: [
        Opening(.ingress, .cluster, ports: [3100], because: "collectors bring logs, and Grafana reads them"),
        Opening(.egress, .host, because: "it finds rules in ConfigMaps through the API server"),
      ])
    contribution.monitors = [
      Monitor(
        .service,
        labels: ["app.kubernetes.io/name": "loki", "app.kubernetes.io/component": "single-binary"], port: "http-metrics"
      )
    ]
    return contribution
  }
}

extension ComponentContext {
  /// The cluster's Loki, and where it is found.
  var loki: (part: Platform.Part, url: String)? {
    Platform(blueprint).part("loki").map { ($0, "http://\($0.host(of: $0.fullName(chart: "loki"))):3100") }
  }

  /// What a component needs that brings logs to Loki.
  func bringLogs(_ contribution: inout Contribution) {
    contribution.openings += [
      Opening(.egress, .host, because: "it asks the API server which pods are on its node"),
      Opening(
        .egress, .pods(namespace: loki?.part.namespace ?? namespace, labels: [:]), ports: [3100],
        because: "it brings logs to Loki"),
    ]
    if loki == nil {
      contribution.problems.append(
        ComponentProblem("'\(name)' has no Loki to bring logs to", fix: "add 'loki: {}' to 'platform'"))
    }
  }
}
