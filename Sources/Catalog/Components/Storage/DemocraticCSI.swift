package import Blueprint
import JSON

/// https://github.com/democratic-csi/democratic-csi – each volume is a dataset of a ZFS server, shared over NFS.
package enum DemocraticCSI: Component {
  package struct Options: StorageProvider {
    package enum Driver: String, Sendable, CaseIterable {
      /// Any machine with ZFS and an NFS server, over SSH.
      case zfs
      /// TrueNAS, by its own API.
      case truenas
    }
    package var volumes: VolumeClass
    package var driver = Driver.zfs
    package var server: String
    package var dataset: String
    package var user = "root"
    package var secret = "democratic-csi"
    package var key: String
    /// Whether a certificate that nobody vouches for is good enough.
    package var isInsecure = false
    package var mountOptions = ["nfsvers=4.1", "noatime"]
  }

  private static let image = "v1.9.4"

  package static let about = About(
    "democratic-csi", "Volumes that are datasets of a ZFS server, shared over NFS.",
    chart: ChartReference("https://democratic-csi.github.io/charts/", "democratic-csi", "0.15.1"),
    namespace: "democratic-csi", isPrivileged: true, dependsOn: ["snapshot-controller"],
    nodes: NodeRequirements(packages: ["nfs-common"], modules: ["nfs", "nfsv4"]),
    overhead: Overhead(memory: 192, cpu: 50, memoryPerNode: 96, cpuPerNode: 20))

  package static func options(_ reader: inout MappingReader) -> Options? {
    let volumes = reader.volumeClass("zfs-nfs")
    let driver = reader.optional(
      "driver", Shape<Options.Driver>.choice, "How it talks to the server: zfs over SSH, or by the API of TrueNAS.",
      byDefault: "zfs")
    let server = reader.required("server", .certificateName, "The name or the address of the server.")
    let dataset = reader.required("dataset", dataset, "The dataset that volumes and snapshots are made below.")
    let user = reader.optional("user", .filled("a user"), "zfs: who it is on the server.", byDefault: "root")
    let secret = reader.optional(
      "secret", .subdomain("the name of a Secret"), "The Secret with the SSH key, or with the key of the API.",
      byDefault: "democratic-csi")
    let key = reader.optional("key", .dataKey, "Which of its keys it is. By default private-key or api-key.")
    let insecure = reader.optional(
      "insecure", .truth, "truenas: whether a certificate that nobody vouches for is good enough.", byDefault: false)
    let mountOptions = reader.optional(
      "mountOptions", .list(.filled("an option such as nfsvers=4.1")),
      "How nodes mount a volume. By default nfsvers=4.1 and noatime.")
    if let driver {
      reader.refuse(["user"], where: "driver", is: driver.rawValue, in: ["truenas"], because: "its API asks for a key")
      reader.refuse(["insecure"], where: "driver", is: driver.rawValue, in: ["zfs"], because: "SSH has no certificate")
    }
    guard let server, let dataset else { return nil }
    let isTrueNAS = driver == .truenas
    var options = Options(
      volumes: volumes, driver: driver ?? .zfs, server: server, dataset: dataset,
      key: key ?? (isTrueNAS ? "api-key" : "private-key"))
    options.isInsecure = insecure ?? false
    if let user { options.user = user }
    if let secret { options.secret = secret }
    if let mountOptions { options.mountOptions = mountOptions }
    return options
  }

  private static var dataset: Shape<String> {
    .scalar("a dataset such as tank/k8s", schema: Schema.pattern("^[A-Za-z][A-Za-z0-9_.:-]*(/[A-Za-z0-9_.:-]+)*$")) {
      text throws(Fault) in
      let parts = text.split(separator: "/", omittingEmptySubsequences: false)
      let isName = parts.allSatisfy { part in
        !part.isEmpty && part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_.:-".contains($0)) }
      }
      guard isName, text.first?.isLetter == true else {
        throw Fault(
          code: "CR0213", message: "'\(text)' is not a dataset of ZFS",
          fix: "write the pool and the names below it, such as tank/k8s, without '/' at the ends")
      }
      return text
    }
  }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    let isDefault = context.isDefault(options.volumes)
    let name = context.fullName(about.name)
    let access = access(options, context)
    let image: JSON = ["driver": ["image": ["tag": .string(image)]]]
    var node = image
    // Nodes need no iSCSI, and Talos has no such folder.
    node["driver"] = ["image": ["tag": .string(Self.image)], "iscsiDirHostPathType": ""]
    node["tolerations"] = [["operator": "Exists"]]
    let values: JSON = [
      "csiDriver": ["name": .string("org.democratic-csi.\(context.name)"), "fsGroupPolicy": "File"],
      "driver": access.values, "controller": image, "node": node,
      "storageClasses": [
        [
          "name": .string(options.volumes.name), "defaultClass": .bool(isDefault),
          "reclaimPolicy": .string(options.volumes.reclaimPolicy.rawValue), "volumeBindingMode": "Immediate",
          "allowVolumeExpansion": true, "parameters": ["fsType": "nfs"],
          "mountOptions": .array(options.mountOptions.map { .string($0) }),
        ]
      ],
      "volumeSnapshotClasses": context.hasSnapshots
        ? [
          [
            "name": .string(options.volumes.name), "deletionPolicy": "Delete",
            "annotations": ["snapshot.storage.kubernetes.io/is-default-class": "true"],
            "parameters": ["detachedSnapshots": "false"],
          ]
        ] : [],
    ]
    var contribution = Contribution(
      values: values,
      waitFor: [
        "deployment/\(context.namespace)/\(name)-controller", "daemonset/\(context.namespace)/\(name)-node",
      ],
      secrets: [access.secret],
      openings: [
        options.driver == .zfs
          ? Opening(.egress, .world, ports: [22], because: "it makes datasets on the ZFS server over SSH")
          : Opening(.egress, .world, ports: [443], because: "it asks TrueNAS for datasets and shares"),
        Opening(.egress, .host, because: "it makes volumes for claims through the API server"),
      ])
    contribution.valuesFrom = access.valuesFrom
    if !context.hasSnapshots {
      contribution.values[path: "controller", "externalSnapshotter"] = ["enabled": false]
    }
    contribution.classes = [options.volumes.brought(isDefault: isDefault)]
    contribution.problems = context.problems(of: options.volumes)
    return contribution
  }

  /// The driver's configuration, and the key in it. Argo CD puts no Secrets into values: there the Secret holds all of
  /// the configuration.
  private static func access(
    _ options: Options, _ context: ComponentContext
  ) -> (values: JSON, valuesFrom: [ValuesReference], secret: SecretNeed) {
    let configuration = configuration(options)
    if context.blueprint.gitops?.engine == .argocd {
      let driver = configuration["driver"] ?? .null
      return (
        ["existingConfigSecret": .string(options.secret), "config": ["driver": driver]], [],
        SecretNeed(
          options.secret, in: context.namespace, keys: ["driver-config-file.yaml"],
          for: "The driver's whole configuration, with its key: \(configuration.text)")
      )
    }
    let reference = ValuesReference.object(
      kind: .secret, name: options.secret, key: options.key,
      path: options.driver == .zfs ? "driver.config.sshConnection.privateKey" : "driver.config.httpConnection.apiKey",
      optional: false, span: context.use.release.span)
    return (
      ["config": configuration], [reference],
      SecretNeed(
        options.secret, in: context.namespace, keys: [options.key],
        for: options.driver == .zfs
          ? "The SSH key of '\(options.user)' on the ZFS server, as OpenSSH has it"
          : "API key of TrueNAS that may make datasets and shares")
    )
  }

  /// https://github.com/democratic-csi/democratic-csi/tree/master/examples
  private static func configuration(_ options: Options) -> JSON {
    let datasets: JSON = [
      "datasetParentName": .string("\(options.dataset)/volumes"),
      "detachedSnapshotsDatasetParentName": .string("\(options.dataset)/snapshots"), "datasetEnableQuotas": true,
      "datasetEnableReservation": false, "datasetPermissionsMode": "0777", "datasetPermissionsUser": 0,
      "datasetPermissionsGroup": 0,
    ]
    switch options.driver {
    case .zfs:
      var zfs = datasets
      if options.user != "root" { zfs["cli"] = ["sudoEnabled": true] }
      return [
        "driver": "zfs-generic-nfs",
        "sshConnection": ["host": .string(options.server), "port": 22, "username": .string(options.user)], "zfs": zfs,
        "nfs": [
          "shareHost": .string(options.server), "shareStrategy": "setDatasetProperties",
          "shareStrategySetDatasetProperties": [
            "properties": ["sharenfs": "rw,no_subtree_check,no_root_squash"]
          ],
        ],
      ]
    case .truenas:
      return [
        "driver": "freenas-api-nfs",
        "httpConnection": [
          "protocol": "https", "host": .string(options.server), "port": 443, "allowInsecure": .bool(options.isInsecure),
        ], "zfs": datasets,
        "nfs": [
          "shareHost": .string(options.server), "shareAlldirs": false, "shareMaprootUser": "root",
          "shareMaprootGroup": "root",
        ],
      ]
    }
  }
}
