package import Blueprint
import Diagnostics
import JSON

/// https://volsync.readthedocs.io/en/stable/installation/index.html
package enum VolSync: Component {
  package typealias Options = NoOptions

  package static let about = About(
    "volsync", "Keeps volumes elsewhere, and brings them back from there.",
    chart: ChartReference("https://backube.github.io/helm-charts/", "volsync", "0.16.0", kubernetes: 20),
    namespace: "volsync-system",
    dependsOn: ["snapshot-controller"], after: ["cilium", "coredns"],
    definitions: ["replicationsources.volsync.backube", "replicationdestinations.volsync.backube"],
    overhead: Overhead(memory: 64, cpu: 20))

  package static func options(_ reader: inout MappingReader) -> Options? { NoOptions() }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    var contribution = Contribution(
      values: ["replicaCount": 1, "resources": ["requests": ["cpu": "20m", "memory": "64Mi"]]],
      waitFor: [
        "crd/replicationsources.volsync.backube",
        "deployment/\(context.namespace)/\(context.fullName(about.name))",
      ], openings: [Opening(.egress, .host, because: "it starts its movers through the API server")])
    let makers = ["rook-ceph", "longhorn", "democratic-csi", "csi-driver-nfs"].filter(context.has)
    if let maker = makers.first, !context.hasSnapshots {
      contribution.problems.append(
        ComponentProblem(
          "'\(context.name)' reads volumes while applications write to them: '\(maker)' could make snapshots", .warning,
          fix: "add 'snapshot-controller: {}' to 'platform'"))
    }
    return contribution
  }
}
