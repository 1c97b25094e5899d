package import Blueprint
import Diagnostics
import JSON

/// https://grafana.com/docs/loki/latest/send-data/promtail/ – for those who have it; its life has ended.
package enum Promtail: Component {
  package typealias Options = NoOptions

  package static let about = About(
    "promtail", "Collects the logs of all pods for Loki, as Alloy does, which took its place.",
    chart: ChartReference("https://grafana.github.io/helm-charts", "promtail", "6.17.1"), namespace: "monitoring",
    isPrivileged: true, dependsOn: ["loki"], overhead: Overhead(memoryPerNode: 96, cpuPerNode: 30))

  package static func options(_ reader: inout MappingReader) -> Options? { NoOptions() }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    let address = context.loki.map { "\($0.url)/loki/api/v1/push" } ?? ""
    var contribution = Contribution(
      values: [
        "config": ["clients": [["url": .string(address)]]],
        "resources": ["requests": ["cpu": "30m", "memory": "96Mi"]],
        // Logs are wanted of every node, above all of those with a taint.
        "tolerations": [["operator": "Exists"]],
      ],
      waitFor: ["daemonset/\(context.namespace)/\(context.fullName(about.name))"])
    context.bringLogs(&contribution)
    contribution.monitors = [Monitor(.pod, labels: ["app.kubernetes.io/name": "promtail"], port: "http-metrics")]
    contribution.problems.append(
      ComponentProblem(
        "'\(context.name)' is not mended any more: Promtail's life ended in March 2026", .warning,
        fix: "write 'alloy: {}' instead"))
    return contribution
  }
}
