package import Blueprint
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
    var spegel: JSON = [:]
    switch distribution {
    case .talos: spegel["containerdRegistryConfigPath"] = "/etc/cri/conf.d/hosts"
    case .k3s, .k3d:
      let agent = "/var/lib/rancher/k3s/agent"
      spegel = [
        "containerdSock": "/run/k3s/containerd/containerd.sock",
        "containerdRegistryConfigPath": .string("\(agent)/etc/containerd/certs.d"),
        "containerdContentPath": .string("\(agent)/containerd/io.containerd.content.v1.content"),
      ]
    case .upstream, nil: break
    }
    return Contribution(
      values: [
        "spegel": spegel,
        "resources": ["requests": ["cpu": "20m", "memory": "128Mi"], "limits": ["memory": "128Mi"]],
      ],
      waitFor: ["daemonset/\(context.namespace)/\(context.fullName(about.name))"],
      openings: [
        Opening(.ingress, .host, ports: [5000, 5001], because: "each node's container runtime asks it for images"),
        Opening(.egress, .host, ports: [5001, 6443], because: "nodes tell each other which images they have"),
      ])
  }
}
