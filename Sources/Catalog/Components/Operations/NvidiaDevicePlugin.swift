package import Blueprint
import Diagnostics
import JSON

/// https://github.com/NVIDIA/k8s-device-plugin
package enum NvidiaDevicePlugin: Component {
  package struct Options: ComponentOptions {
    /// How many pods share a card.
    package var shares = 1
  }

  package static let about = About(
    "nvidia-device-plugin", "Lets pods ask for NVIDIA cards.",
    chart: ChartReference("https://nvidia.github.io/k8s-device-plugin", "nvidia-device-plugin", "0.20.0"),
    namespace: "nvidia-device-plugin", isPrivileged: true,
    // The second package is from NVIDIA's own archive.
    nodes: NodeRequirements(
      packages: ["nvidia-driver", "nvidia-container-toolkit"], modules: ["nvidia", "nvidia_uvm"], gpu: maker))

  /// As nodes name the maker of their card.
  private static let maker = "nvidia"

  package static func options(_ reader: inout MappingReader) -> Options? {
    let shares = reader.optional(
      "shares", .whole(1...64, "a number of pods"), "How many pods may use one card in turns.", byDefault: 1)
    return Options(shares: shares ?? 1)
  }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    let nodes = context.blueprint.nodes.filter { $0.hardware.gpu == maker }
    var values: JSON = [
      "runtimeClassName": "nvidia", "resources": ["requests": ["cpu": "10m", "memory": "32Mi"]],
    ]
    if !nodes.isEmpty {
      // The cluster file knows the nodes that have a card; the chart would look for labels of another component.
      values["affinity"] = affinity(nodes)
      values["tolerations"] = .array(
        [["key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"]] + context.tolerations(of: nodes))
    }
    if options.shares > 1 { values["config"] = ["map": ["default": .string(sharing(options.shares))]] }
    // k3s makes it where it finds NVIDIA's runtime.
    let isK3s = context.blueprint.kubernetes.map { [.k3s, .k3d].contains($0.distribution) } ?? false
    let runtime: JSON = [
      "apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": ["name": "nvidia"], "handler": "nvidia",
    ]
    var contribution = Contribution(
      values: values, objects: isK3s ? [] : [runtime],
      waitFor: ["daemonset/\(context.namespace)/\(context.fullName(about.name))"],
      openings: [Opening(.egress, .host, because: "it asks the API server for its own node's labels")])
    contribution.overhead = Overhead(memory: 32 * nodes.count, cpu: 10 * nodes.count)
    contribution.problems = problems(nodes, context)
    return contribution
  }

  private static func affinity(_ nodes: [NodeSpec]) -> JSON {
    let names: JSON = .array(nodes.map { .string($0.name) })
    let term: JSON = ["matchExpressions": [["key": "kubernetes.io/hostname", "operator": "In", "values": names]]]
    return ["nodeAffinity": ["requiredDuringSchedulingIgnoredDuringExecution": ["nodeSelectorTerms": [term]]]]
  }

  /// https://github.com/NVIDIA/k8s-device-plugin#with-cuda-time-slicing
  private static func sharing(_ shares: Int) -> String {
    """
    version: v1
    sharing:
      timeSlicing:
        resources:
          - name: nvidia.com/gpu
            replicas: \(shares)

    """
  }

  private static func problems(_ nodes: [NodeSpec], _ context: ComponentContext) -> [ComponentProblem] {
    if nodes.isEmpty {
      return [
        ComponentProblem(
          "'\(context.name)' finds no node with a card", .warning,
          fix: "add 'hardware: {gpu: nvidia}' to the nodes that have one")
      ]
    }
    // There are extensions for long-term and for newer drivers.
    return nodes.filter { node in
      context.blueprint.system(of: node) == .talos && node.talos?.schematic == nil
        && node.talos?.extensions.contains { $0.contains("nvidia-container-toolkit") } != true
    }.map { node in
      ComponentProblem(
        "'\(context.name)' needs NVIDIA's driver, and node '\(node.name)' does not have it", .warning,
        fix: "add siderolabs/nvidia-open-gpu-kernel-modules-lts and siderolabs/nvidia-container-toolkit-lts to "
          + "'talos.extensions' of '\(node.name)'", at: node.span)
    }
  }
}
