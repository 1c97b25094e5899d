package import Blueprint
import JSON

/// https://github.com/piraeusdatastore/helm-charts/tree/main/charts/snapshot-controller – the controller of
/// https://github.com/kubernetes-csi/external-snapshotter, with its definitions.
package enum SnapshotController: Component {
  package typealias Options = NoOptions

  package static let about = About(
    "snapshot-controller", "Snapshots of volumes, for every driver that can make them.",
    chart: ChartReference("https://piraeus.io/helm-charts/", "snapshot-controller", "5.2.0", kubernetes: 25),
    namespace: "kube-system",
    definitions: [
      "volumesnapshots.snapshot.storage.k8s.io", "volumesnapshotcontents.snapshot.storage.k8s.io",
      "volumesnapshotclasses.snapshot.storage.k8s.io", "volumegroupsnapshots.groupsnapshot.storage.k8s.io",
      "volumegroupsnapshotcontents.groupsnapshot.storage.k8s.io",
      "volumegroupsnapshotclasses.groupsnapshot.storage.k8s.io",
    ], overhead: Overhead(memory: 32, cpu: 10))

  package static func options(_ reader: inout MappingReader) -> Options? { NoOptions() }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    let name = context.fullName(about.name)
    let values: JSON = [
      "controller": [
        "resources": ["requests": ["cpu": "10m", "memory": "32Mi"]], "priorityClassName": "system-cluster-critical",
        "tolerations": .array(context.systemTolerations),
      ]
    ]
    var contribution = Contribution(
      values: values,
      waitFor: [
        "crd/volumesnapshots.snapshot.storage.k8s.io", "crd/volumesnapshotclasses.snapshot.storage.k8s.io",
        "deployment/\(context.namespace)/\(name)",
      ], openings: [Opening(.egress, .host, because: "it watches snapshots through the API server")])
    contribution.monitors = [Monitor(.pod, labels: ["app.kubernetes.io/instance": context.name], port: "http")]
    return contribution
  }
}

extension ComponentContext {
  /// Whether drivers can be asked for snapshots.
  var hasSnapshots: Bool { has("snapshot-controller") }

  /// The class of a driver's snapshots; each driver has one that is for those that name none.
  func snapshotClass(_ name: String, driver: String, parameters: JSON = [:]) -> JSON {
    .members([
      "apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshotClass",
      "metadata": [
        "name": .string(name), "annotations": ["snapshot.storage.kubernetes.io/is-default-class": "true"],
      ],
      "driver": .string(driver), "deletionPolicy": "Delete", "parameters": parameters == [:] ? nil : parameters,
    ])
  }
}
