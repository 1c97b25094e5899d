package import Blueprint
import JSON

/// https://github.com/kubernetes-csi/csi-driver-nfs – volumes are folders of a share that is there already.
package enum NFSDriver: Component {
  package struct Options: StorageProvider {
    package var volumes: VolumeClass
    package var server: String
    package var share: String
    package var mountOptions = ["nfsvers=4.1", "noatime"]
  }

  private static let driver = "nfs.csi.k8s.io"

  package static let about = About(
    "csi-driver-nfs", "Volumes that are folders of an NFS share.",
    chart: ChartReference(
      "https://raw.githubusercontent.com/kubernetes-csi/csi-driver-nfs/master/charts", "csi-driver-nfs", "4.13.4"),
    namespace: "csi-driver-nfs", isPrivileged: true, dependsOn: ["snapshot-controller"],
    nodes: NodeRequirements(packages: ["nfs-common"], modules: ["nfs", "nfsv4"]),
    overhead: Overhead(memory: 100, cpu: 50, memoryPerNode: 60, cpuPerNode: 30))

  package static func options(_ reader: inout MappingReader) -> Options? {
    let volumes = reader.volumeClass("nfs")
    let server = reader.required("server", .certificateName, "The name or the address of the NFS server.")
    let share = reader.required("share", .absolutePath, "What it shares: /mnt/tank/volumes.")
    let mountOptions = reader.optional(
      "mountOptions", .list(.filled("an option such as nfsvers=4.1")),
      "How nodes mount it. By default nfsvers=4.1 and noatime.")
    guard let server, let share else { return nil }
    var options = Options(volumes: volumes, server: server, share: share)
    if let mountOptions { options.mountOptions = mountOptions }
    return options
  }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    let isDefault = context.isDefault(options.volumes)
    let values: JSON = [
      "controller": [
        "enableSnapshotter": .bool(context.hasSnapshots), "tolerations": .array(context.systemTolerations),
      ],
      "volumeSnapshotClass": ["create": false],
      "storageClass": ["create": false],
    ]
    var objects: [JSON] = [
      [
        "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass",
        "metadata": [
          "name": .string(options.volumes.name),
          "annotations": ["storageclass.kubernetes.io/is-default-class": isDefault ? "true" : "false"],
        ],
        "provisioner": .string(driver),
        "parameters": ["server": .string(options.server), "share": .string(options.share)],
        "reclaimPolicy": .string(options.volumes.reclaimPolicy.rawValue), "volumeBindingMode": "Immediate",
        "allowVolumeExpansion": true, "mountOptions": .array(options.mountOptions.map { .string($0) }),
      ]
    ]
    if context.hasSnapshots { objects.append(context.snapshotClass(options.volumes.name, driver: driver)) }
    var contribution = Contribution(
      values: values, objects: objects,
      waitFor: [
        "deployment/\(context.namespace)/csi-nfs-controller", "daemonset/\(context.namespace)/csi-nfs-node",
      ],
      openings: [
        Opening(.egress, .world, ports: [111, 2049], because: "it makes folders on the NFS server"),
        Opening(.egress, .host, because: "it makes volumes for claims through the API server"),
      ])
    contribution.classes = [options.volumes.brought(isDefault: isDefault)]
    contribution.problems = context.problems(of: options.volumes)
    return contribution
  }
}
