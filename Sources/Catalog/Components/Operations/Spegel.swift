package import Blueprint
import Diagnostics
import JSON

/// https://spegel.dev/docs/getting-started/
package enum Spegel: Component {
  package typealias Options = NoOptions

  package static let about = About(
    "spegel", "Lets nodes give each other the images that one of them has.",
    chart: ChartReference("oci://ghcr.io/spegel-org/helm-charts/spegel", "spegel", "0.7.4"), namespace: "spegel",
    isPrivileged: true, overhead: Overhead(memoryPerNode: 128, cpuPerNode: 20))

  package static func options(_ reader: inout MappingReader) -> Options? { NoOptions() }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    let distribution = context.blueprint.kubernetes?.distribution
    if distribution == .k3s || distribution == .k3d { return partOfK3s(context) }
    var values: JSON = ["resources": ["requests": ["cpu": "20m", "memory": "128Mi"], "limits": ["memory": "128Mi"]]]
    if distribution == .talos {
      values["spegel"] = ["containerdRegistryConfigPath": "/etc/cri/conf.d/hosts"]
    }
    let peers = Opening.Peer.pods(namespace: context.namespace, labels: [:])
    var contribution = Contribution(
      values: values,
      waitFor: ["daemonset/\(context.namespace)/\(context.fullName(about.name))"],
      openings: [
        Opening(.ingress, .host, ports: [5000], because: "each node's container runtime asks it for images"),
        Opening(.ingress, peers, ports: [5000, 5001], because: "nodes tell each other what they have, and fetch it"),
        Opening(.egress, peers, ports: [5000, 5001], because: "nodes tell each other what they have, and fetch it"),
      ])
    contribution.monitors = [
      Monitor(
        .pod, labels: ["app.kubernetes.io/name": "spegel", "app.kubernetes.io/instance": context.name], port: "metrics")
    ]
    return contribution
  }

  /// k3s has it built in and writes the container runtime's configuration anew at each start, so that another one
  /// would be forgotten. The nodes' own files turn it on: there is nothing to install.
  ///
  /// https://docs.k3s.io/installation/registry-mirror
  private static func partOfK3s(_ context: ComponentContext) -> Contribution {
    var contribution = Contribution(source: .manifests([]))
    contribution.overhead = Overhead()
    if context.blueprint.kubernetes?.distribution == .k3d {
      contribution.problems.append(
        ComponentProblem(
          "'\(context.name)' has nothing to share: k3d's nodes are on one host", .warning, fix: "remove it"))
    }
    return contribution
  }
}
