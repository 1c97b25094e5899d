package import Blueprint
import Diagnostics
import JSON

/// https://github.com/NVIDIA/k8s-device-plugin
package enum NvidiaDevicePlugin: Component {
  package struct Options: ComponentOptions {
    /// How many pods share a card.
    package var shares = 1
  }

  /// What nodes with a card are marked with.
  private static let label = "nvidia.com/gpu.present"

  package static let about = About(
    "nvidia-device-plugin", "Lets pods ask for NVIDIA cards.",
    chart: ChartReference("https://nvidia.github.io/k8s-device-plugin", "nvidia-device-plugin", "0.20.0"),
    namespace: "nvidia-device-plugin", isPrivileged: true,
    nodes: NodeRequirements(packages: ["nvidia-driver", "nvidia-container-toolkit"]),
    overhead: Overhead(memoryPerNode: 32, cpuPerNode: 10))

  package static func options(_ reader: inout MappingReader) -> Options? {
    let shares = reader.optional(
      "shares", .whole(1...64, "a number of pods"), "How many pods may use one card in turns.", byDefault: 1)
    return Options(shares: shares ?? 1)
  }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    var values: JSON = [
      "runtimeClassName": "nvidia",
      // Without node feature discovery there is nothing that would mark nodes but the cluster file.
      "affinity": .null, "nodeSelector": .strings([label: "true"]),
      "resources": ["requests": ["cpu": "10m", "memory": "32Mi"]],
    ]
    if options.shares > 1 {
      values["config"] = [
        "map": [
          "default": .string(
            """
            version: v1
            flags:
              migStrategy: none
            sharing:
              timeSlicing:
                resources:
                  - name: nvidia.com/gpu
                    replicas: \(options.shares)

            """)
        ]
      ]
    }
    var objects: [JSON] = []
    if context.isTalos || context.blueprint.kubernetes?.distribution == .upstream {
      // k3s makes it itself where it finds the runtime.
      objects.append([
        "apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": ["name": "nvidia"], "handler": "nvidia",
      ])
    }
    var contribution = Contribution(
      values: values, objects: objects,
      waitFor: ["daemonset/\(context.namespace)/\(context.fullName(about.name))"])
    let cards = context.blueprint.nodes.filter { $0.hardware.gpu == "nvidia" }
    if cards.isEmpty {
      contribution.problems.append(
        ComponentProblem(
          "'\(context.name)' finds no node with a card", .warning,
          fix: "add 'hardware: {gpu: nvidia}' to the nodes that have one"))
    }
    for node in cards where node.labels[label] == nil {
      contribution.problems.append(
        ComponentProblem(
          "'\(context.name)' does not start on '\(node.name)', which does not carry the label of nodes with a card",
          .warning, fix: "add 'labels: {\(label): \"true\"}' to it", at: node.span))
    }
    return contribution
  }
}
