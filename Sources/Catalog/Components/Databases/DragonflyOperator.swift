package import Blueprint
import JSON

/// https://www.dragonflydb.io/docs/managing-dragonfly/operator/installation
package enum DragonflyOperator: Component {
  package typealias Options = NoOptions

  package static let about = About(
    "dragonfly-operator", "Makes Dragonfly servers, which speak Redis' protocol.",
    chart: ChartReference(
      "oci://ghcr.io/dragonflydb/dragonfly-operator/helm/dragonfly-operator", "dragonfly-operator", "v1.6.1"),
    namespace: "dragonfly-operator-system", definitions: ["dragonflies.dragonflydb.io"],
    overhead: Overhead(memory: 128, cpu: 20))

  package static func options(_ reader: inout MappingReader) -> Options? { NoOptions() }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    Contribution(
      values: ["manager": ["resources": ["requests": ["cpu": "10m", "memory": "64Mi"]]]],
      waitFor: ["deployment/\(context.namespace)/\(context.fullName(about.name))"],
      openings: [
        Opening(.egress, .cluster, ports: [6379, 9999], because: "it tells every server whom to follow"),
        Opening(.egress, .host, because: "it makes pods and Services through the API server"),
      ])
  }
}
