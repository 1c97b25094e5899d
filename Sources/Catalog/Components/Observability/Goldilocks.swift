package import Blueprint
import Diagnostics
import JSON

/// https://goldilocks.docs.fairwinds.com/installation/
package enum Goldilocks: Component {
  package struct Options: ComponentOptions {
    package var isForAll = true
  }

  package static let about = About(
    "goldilocks", "Recommends how much CPU and memory workloads should ask for.",
    chart: ChartReference("https://charts.fairwinds.com/stable", "goldilocks", "11.0.0", kubernetes: 22),
    namespace: "goldilocks",
    dependsOn: ["metrics-server"],
    definitions: [
      "verticalpodautoscalers.autoscaling.k8s.io", "verticalpodautoscalercheckpoints.autoscaling.k8s.io",
    ],
    overhead: Overhead(memory: 640, cpu: 100))

  private static let autoscaler = ChartReference("https://charts.fairwinds.com/stable", "vpa", "5.0.0", kubernetes: 28)

  package static func options(_ reader: inout MappingReader) -> Options? {
    let all = reader.optional(
      "all", .truth, "In all namespaces, not only in those labelled goldilocks.fairwinds.com/enabled.",
      byDefault: true)
    return Options(isForAll: all ?? true)
  }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    let name = context.fullName(about.name)
    let requests: JSON = ["requests": ["cpu": "25m", "memory": "64Mi"]]
    var contribution = Contribution(
      values: [
        "vpa": ["enabled": false],
        "controller": [
          "flags": ["on-by-default": .string(options.isForAll ? "true" : "false")], "resources": requests,
        ],
        "dashboard": ["replicaCount": 1, "resources": requests],
      ],
      waitFor: ["controller", "dashboard"].map { "deployment/\(context.namespace)/\(name)-\($0)" },
      openings: [Opening(.egress, .host, because: "it asks the API server for workloads and recommendations")])
    contribution.companions = [
      Companion(
        "vpa", chart: autoscaler,
        values: [
          // It only recommends: nothing is changed under anybody's feet.
          "updater": ["enabled": false], "admissionController": ["enabled": false],
          "recommender": ["resources": ["requests": ["cpu": "50m", "memory": "256Mi"]]],
        ], waitFor: ["deployment/\(context.namespace)/\(context.name)-vpa-recommender"])
    ]
    contribution.page = WebPage("\(name)-dashboard", port: 80)
    let distribution = context.blueprint.kubernetes?.distribution
    let hasMetrics = context.has("metrics-server") || distribution == .k3s || distribution == .k3d
    if !hasMetrics {
      contribution.problems.append(
        ComponentProblem(
          "'\(context.name)' has nobody to ask how much pods use", fix: "add 'metrics-server: {}' to 'platform'"))
    }
    return contribution
  }
}
