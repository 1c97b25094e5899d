package import Blueprint
import JSON

/// https://github.com/dirsigler/uptime-kuma-helm
package enum UptimeKuma: Component {
  package struct Options: ComponentOptions {
    package var storage = StorageChoice(size: "4Gi")
  }

  package static let about = About(
    "uptime-kuma", "Looks whether services answer, shows a status page, and tells you when one does not.",
    chart: ChartReference("https://helm.irsigler.cloud", "uptime-kuma", "4.1.0"), namespace: "uptime-kuma",
    after: StorageChoice.providers, overhead: Overhead(memory: 192, cpu: 50))

  package static func options(_ reader: inout MappingReader) -> Options? {
    Options(storage: reader.storage(size: "4Gi"))
  }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    let name = context.fullName(about.name)
    var contribution = Contribution(
      values: [
        "volume": .members([
          "enabled": true, "size": .string(options.storage.size),
          "storageClassName": options.storage.storageClass.map { .string($0) },
        ]),
        // Two pods cannot hold one volume.
        "strategy": ["type": "Recreate"],
        "resources": ["requests": ["cpu": "50m", "memory": "192Mi"]],
      ],
      waitFor: ["deployment/\(context.namespace)/\(name)"],
      openings: [
        Opening(.egress, .world, because: "it looks whether hosts outside answer"),
        Opening(.egress, .cluster, because: "it looks whether services of the cluster answer"),
      ])
    contribution.page = WebPage(name, port: 3001)
    return contribution
  }
}
