package import Blueprint
import JSON
import YAML

/// https://github.com/rancher/local-path-provisioner – its chart is in no repository, and its manifest is for one place.
package enum LocalPath: Component {
  package struct Options: StorageProvider {
    package var volumes: VolumeClass
    /// `nil`: where the distribution lets one write.
    package var path: String?
  }

  private static let version = "v0.0.37"
  private static let helper = "docker.io/library/busybox:1.37.0"
  private static let folder = "/etc/config"
  static let usualPath = "/opt/local-path-provisioner"

  package static let about = About(
    "local-path", "Volumes that are folders on the node's own disk.", namespace: "local-path-storage",
    isPrivileged: true, overhead: Overhead(memory: 32, cpu: 10))

  package static func options(_ reader: inout MappingReader) -> Options? {
    let volumes = reader.volumeClass("local-path")
    let path = reader.optional(
      "path", .absolutePath,
      "The folder of each node that volumes are made in. By default /opt/local-path-provisioner, on Talos "
        + "/var/mnt/local-path.")
    return Options(volumes: volumes, path: path)
  }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    let name = context.name
    var workload = Workload(
      image: "docker.io/rancher/local-path-provisioner:\(context.use.version?.value ?? version)",
      span: context.use.release.span)
    workload.command = ["local-path-provisioner", "start"]
    workload.args = [
      "--config", "\(folder)/config.json", "--configmap-name", name, "--service-account-name", name,
      "--provisioner-name", provisioner(context), "--helper-image", helper,
    ]
    workload.ports = [.init(name: "health", port: 8080)]
    workload.probe = .init(.http(path: "/health", port: 8080))
    workload.env = [
      .init(name: "POD_NAMESPACE", value: .text(context.namespace)),
      .init(name: "CONFIG_MOUNT_PATH", value: .text("\(folder)/")), .init(name: "HEALTH_PORT", value: .text("8080")),
    ]
    workload.storage = [.init(name: "config", mount: folder, source: .configMap(name), readOnly: true)]
    workload.security.user = 65534
    workload.security.readOnlyRootFilesystem = true
    workload.resources.cpu = "10m"
    workload.resources.memory = "32Mi"
    workload.tolerations = context.systemTolerations
    let isDefault = context.isDefault(options.volumes)
    var contribution = Contribution(
      source: .image(workload),
      objects: access.objects(context) + [configuration(options, context), storageClass(options, context, isDefault)],
      waitFor: ["deployment/\(context.namespace)/\(name)"],
      openings: [Opening(.egress, .host, because: "it makes volumes for claims through the API server")])
    contribution.patches = [ClusterAccess.token(context)]
    contribution.classes = [options.volumes.brought(isDefault: isDefault)]
    contribution.problems = context.problems(of: options.volumes)
    return contribution
  }

  /// Several of one name would all answer for the same claims. The first has the name that k3s' own has, whose volumes
  /// it then looks after.
  private static func provisioner(_ context: ComponentContext) -> String {
    let first = context.blueprint.components.first { $0.component == about.name }?.name
    return first == context.name ? "rancher.io/local-path" : "rancher.io/\(context.name)"
  }

  private static let access = ClusterAccess(
    local: [.init(group: "", resources: ["pods"], verbs: ClusterAccess.Rule.write)],
    global: [
      .init(
        group: "", resources: ["nodes", "persistentvolumeclaims", "configmaps", "pods", "pods/log"],
        verbs: ClusterAccess.Rule.read),
      .init(group: "", resources: ["persistentvolumes"], verbs: ClusterAccess.Rule.write),
      .init(group: "", resources: ["events"], verbs: ["create", "patch"]),
      .init(group: "storage.k8s.io", resources: ["storageclasses"], verbs: ClusterAccess.Rule.read),
    ])

  private static func configuration(_ options: Options, _ context: ComponentContext) -> JSON {
    let path = options.path ?? (context.isTalos ? "/var/mnt/local-path" : usualPath)
    let paths: JSON = ["nodePathMap": [["node": "DEFAULT_PATH_FOR_NON_LISTED_NODES", "paths": [.string(path)]]]]
    let tolerations: [JSON] = [["operator": "Exists"]]
    let helperPod: JSON = [
      "apiVersion": "v1", "kind": "Pod", "metadata": ["name": "helper-pod"],
      "spec": [
        "priorityClassName": "system-node-critical", "tolerations": .array(tolerations),
        "containers": [["name": "helper-pod", "image": .string(helper), "imagePullPolicy": "IfNotPresent"]],
      ],
    ]
    return [
      "apiVersion": "v1", "kind": "ConfigMap", "metadata": context.metadata(context.name),
      "data": [
        "config.json": .string(paths.text), "setup": "#!/bin/sh\nset -eu\nmkdir -m 0777 -p \"$VOL_DIR\"\n",
        "teardown": "#!/bin/sh\nset -eu\nrm -rf \"$VOL_DIR\"\n", "helperPod.yaml": .string(helperPod.yaml),
      ],
    ]
  }

  private static func storageClass(_ options: Options, _ context: ComponentContext, _ isDefault: Bool) -> JSON {
    [
      "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass",
      "metadata": [
        "name": .string(options.volumes.name),
        "annotations": ["storageclass.kubernetes.io/is-default-class": isDefault ? "true" : "false"],
      ],
      "provisioner": .string(provisioner(context)), "volumeBindingMode": "WaitForFirstConsumer",
      "reclaimPolicy": .string(options.volumes.reclaimPolicy.rawValue),
    ]
  }
}
