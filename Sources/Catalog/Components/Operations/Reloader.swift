package import Blueprint
import JSON

/// https://github.com/stakater/Reloader
package enum Reloader: Component {
  package struct Options: ComponentOptions {
    package var isForAll = false
  }

  package static let about = About(
    "reloader", "Starts pods anew when a ConfigMap or Secret of theirs changes.",
    chart: ChartReference("https://stakater.github.io/stakater-charts", "reloader", "2.2.16"), namespace: "reloader",
    overhead: Overhead(memory: 96, cpu: 10))

  package static func options(_ reader: inout MappingReader) -> Options? {
    let all = reader.optional(
      "all", .truth,
      "For all workloads, not only for those with the annotation 'reloader.stakater.com/auto: \"true\"'.",
      byDefault: false)
    return Options(isForAll: all ?? false)
  }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    var contribution = Contribution(
      values: [
        "fullnameOverride": .string(context.name),
        "reloader": [
          "autoReloadAll": .bool(options.isForAll),
          // Environment variables that Git does not have would be taken back by whoever follows Git.
          "reloadStrategy": "annotations", "readOnlyRootFileSystem": true,
          "deployment": ["resources": ["requests": ["cpu": "10m", "memory": "96Mi"]]],
        ],
      ],
      waitFor: ["deployment/\(context.namespace)/\(context.name)"],
      openings: [Opening(.egress, .host, because: "it watches ConfigMaps and Secrets at the API server")])
    contribution.monitors = [Monitor(.pod, labels: ["app": context.name], port: "http")]
    return contribution
  }
}
