import Blueprint
import Diagnostics
import JSON

/// How Ceph is laid out over a cluster's nodes: what the three charts of Rook are told.
struct CephPlan {
  static let filesystem = "ceph-filesystem"
  static let objectStore = "ceph-objectstore"
  static let bucket = "ceph-bucket"

  let options: RookCeph.Options
  let context: ComponentContext
  private let disks: [(node: NodeSpec, devices: [String])]
  private let tolerations: [JSON]

  init(_ options: RookCeph.Options, _ context: ComponentContext) {
    self.options = options
    self.context = context
    disks = context.nodes(with: .ceph).map { node in (node, node.disks.filter { $0.use == .ceph }.map(\.device)) }
    tolerations = context.tolerations(of: disks.map(\.node))
  }

  // MARK: How many of what

  private var devices: Int { disks.reduce(0) { $0 + $1.devices.count } }

  /// Copies lie on different nodes, or on different disks of the only one.
  private var domain: (name: String, size: Int) { disks.count == 1 ? ("osd", devices) : ("host", disks.count) }

  private var replicas: Int { options.replicas ?? max(1, min(3, disks.isEmpty ? 3 : domain.size)) }

  /// Monitors decide by majority, so there are three of them or one.
  private var monitors: Int { context.blueprint.nodes.isEmpty || context.steadyNodes.count > 2 ? 3 : 1 }

  private var managers: Int { context.blueprint.nodes.isEmpty || context.steadyNodes.count > 1 ? 2 : 1 }

  var overhead: Overhead {
    let gateway = options.hasObjects ? 512 : 0
    let metadata = options.hasFilesystem ? 2 * 1024 : 0
    return Overhead(
      memory: 384 + monitors * 512 + managers * 512 + max(1, devices) * 2048 + gateway + metadata,
      cpu: 300 + monitors * 100 + managers * 100 + max(1, devices) * 200, memoryPerNode: 192, cpuPerNode: 50)
  }

  var problems: [ComponentProblem] {
    if disks.isEmpty { return [] }
    if replicas > domain.size {
      let noun = domain.name == "host" ? "node" : "disk"
      return [
        ComponentProblem(
          "'\(context.name)' is to keep \(replicas) copies, and has \(domain.size) \(noun)\(domain.size == 1 ? "" : "s") for them",
          fix: "write 'replicas: \(domain.size)', or give more nodes a disk")
      ]
    }
    if replicas == 1 {
      return [
        ComponentProblem(
          "'\(context.name)' keeps one copy of everything: what is on a disk is lost with it", .warning,
          fix: "give disks 'use: ceph' to three nodes, and keep backups of what matters")
      ]
    }
    return []
  }

  // MARK: The operator and the drivers

  var operatorValues: JSON { ["tolerations": .array(context.systemTolerations)] }

  /// https://rook.io/docs/rook/latest/Helm-Charts/csi-drivers-chart/ – the names are those that the operator looks for.
  var driverValues: JSON {
    let snapshots: JSON = context.hasSnapshots ? "volumeSnapshot" : "none"
    let everywhere: [JSON] = [["operator": "Exists"]]
    func driver(_ kind: String, isEnabled: Bool) -> JSON {
      let name = JSON.string("\(context.namespace).\(kind).csi.ceph.com")
      guard isEnabled else { return ["enabled": false, "name": name] }
      return [
        "enabled": true, "name": name, "snapshotPolicy": snapshots,
        "nodePlugin": ["priorityClassName": "system-node-critical", "tolerations": .array(everywhere)],
        "controllerPlugin": [
          "priorityClassName": "system-cluster-critical", "replicas": .int(managers),
          "tolerations": .array(context.systemTolerations),
        ],
      ]
    }
    return [
      "operatorConfig": [
        "namespace": .string(context.namespace),
        "driverSpecDefaults": [
          "imageSet": ["name": "rook-csi-operator-image-set-configmap"], "snapshotPolicy": snapshots,
          "nodePlugin": ["priorityClassName": "system-node-critical", "tolerations": .array(everywhere)],
          "controllerPlugin": ["priorityClassName": "system-cluster-critical"],
        ],
      ],
      "drivers": [
        "rbd": driver("rbd", isEnabled: true), "cephfs": driver("cephfs", isEnabled: options.hasFilesystem),
        "nfs": driver("nfs", isEnabled: false), "nvmeof": driver("nvmeof", isEnabled: false),
      ],
    ]
  }

  // MARK: The cluster

  var clusterValues: JSON {
    [
      "operatorNamespace": .string(context.namespace), "toolbox": ["enabled": .bool(options.hasToolbox)],
      "cephClusterSpec": cluster,
      "cephBlockPools": [
        [
          "name": .string(options.pool), "spec": replicated(),
          "storageClass": storageClass(
            options.volumes.brought(isDefault: context.isDefault(options.volumes)), secret: "rbd",
            parameters: ["imageFormat": "2", "imageFeatures": "layering"]),
        ]
      ],
      "cephFileSystems": options.hasFilesystem ? [sharedFilesystem] : [],
      "cephObjectStores": options.hasObjects ? [objects] : [],
      "cephBlockPoolsVolumeSnapshotClass": [
        "enabled": .bool(context.hasSnapshots), "name": .string(options.volumes.name), "isDefault": true,
      ],
      "cephFileSystemVolumeSnapshotClass": ["enabled": .bool(context.hasSnapshots && options.hasFilesystem)],
    ]
  }

  private var cluster: JSON {
    let nodes: [JSON] = disks.map { node, devices in
      ["name": .string(node.name), "devices": .array(devices.map { ["name": .string($0)] })]
    }
    return .members([
      "mon": ["count": .int(monitors), "allowMultiplePerNode": false],
      "mgr": ["count": .int(managers), "allowMultiplePerNode": false],
      // TLS ends where requests come in.
      "dashboard": ["enabled": true, "ssl": false],
      "network": context.hasIPv6 && !context.hasIPv4 ? ["ipFamily": "IPv6"] : nil,
      // Without a list of its own it would take every disk that looks empty.
      "storage": ["useAllNodes": false, "useAllDevices": false, "nodes": .array(nodes)],
      "placement": placement,
      // A home's nodes have little memory: what the daemons may take stays, what is set aside for them shrinks.
      "resources": [
        "mon": ["requests": ["cpu": "100m", "memory": "512Mi"]], "mgr": ["requests": ["cpu": "100m"]],
        "osd": ["requests": ["cpu": "200m", "memory": "2Gi"]],
        "prepareosd": ["requests": ["cpu": "100m"]], "crashcollector": ["requests": ["cpu": "10m"]],
        "logcollector": ["requests": ["cpu": "10m", "memory": "32Mi"]], "exporter": ["requests": ["cpu": "10m"]],
      ],
    ])
  }

  /// Monitors and managers stay off nodes that are switched off; everything else may run where taints keep others away.
  private var placement: JSON? {
    var placement: JSON = [:]
    if !tolerations.isEmpty { placement["all"] = ["tolerations": .array(tolerations)] }
    if context.steadyNodes.count < context.blueprint.nodes.count {
      let steady: JSON = [
        "nodeAffinity": [
          "requiredDuringSchedulingIgnoredDuringExecution": [
            "nodeSelectorTerms": [
              [
                "matchExpressions": [
                  ["key": .string(NodeSpec.powerLabel), "operator": "NotIn", "values": ["on-demand", "manual"]]
                ]
              ]
            ]
          ]
        ]
      ]
      placement["mon"] = steady
      placement["mgr"] = steady
    }
    return placement == [:] ? nil : placement
  }

  private func replicated(named name: String? = nil) -> JSON {
    .members([
      "name": name.map { .string($0) }, "failureDomain": .string(domain.name),
      // One copy has to be asked for twice.
      "replicated": replicas == 1 ? ["size": 1, "requireSafeReplicaSize": false] : ["size": .int(replicas)],
    ])
  }

  private func storageClass(_ volumes: VolumeClass, secret: String, parameters: JSON) -> JSON {
    var parameters = parameters
    var secrets = [("provisioner", "provisioner"), ("controller-expand", "provisioner"), ("node-stage", "node")]
    if secret == "rbd" { secrets.append(("controller-publish", "provisioner")) }
    for (step, account) in secrets {
      parameters["csi.storage.k8s.io/\(step)-secret-name"] = .string("rook-csi-\(secret)-\(account)")
      parameters["csi.storage.k8s.io/\(step)-secret-namespace"] = .string(context.namespace)
    }
    parameters["csi.storage.k8s.io/fstype"] = "ext4"
    return [
      "enabled": true, "name": .string(volumes.name), "isDefault": .bool(volumes.isDefault == true),
      "reclaimPolicy": .string(volumes.reclaimPolicy.rawValue), "allowVolumeExpansion": true,
      "volumeBindingMode": "Immediate", "parameters": parameters,
    ]
  }

  private var shared: VolumeClass {
    VolumeClass(name: Self.filesystem, isDefault: false, reclaimPolicy: options.volumes.reclaimPolicy)
  }

  private var sharedFilesystem: JSON {
    var storageClass = storageClass(shared, secret: "cephfs", parameters: [:])
    storageClass["pool"] = "data0"
    return [
      "name": .string(Self.filesystem),
      "spec": [
        "metadataPool": replicated(), "dataPools": [replicated(named: "data0")],
        "metadataServer": [
          "activeCount": 1, "activeStandby": true, "priorityClassName": "system-cluster-critical",
          "resources": ["requests": ["cpu": "100m", "memory": "1Gi"], "limits": ["memory": "4Gi"]],
        ],
      ], "storageClass": storageClass,
    ]
  }

  private var objects: JSON {
    [
      "name": .string(Self.objectStore),
      "spec": [
        "metadataPool": replicated(), "dataPool": replicated(), "preservePoolsOnDelete": true,
        "gateway": [
          "port": 80, "instances": 1, "priorityClassName": "system-cluster-critical",
          "resources": ["requests": ["cpu": "100m", "memory": "512Mi"], "limits": ["memory": "2Gi"]],
        ],
      ],
      "storageClass": [
        "enabled": true, "name": .string(Self.bucket),
        "reclaimPolicy": .string(options.volumes.reclaimPolicy.rawValue), "parameters": ["region": "us-east-1"],
      ],
    ]
  }

  var classes: [VolumeClass] {
    [options.volumes.brought(isDefault: context.isDefault(options.volumes))] + (options.hasFilesystem ? [shared] : [])
      + (options.hasObjects
        ? [VolumeClass(name: Self.bucket, isDefault: false, reclaimPolicy: options.volumes.reclaimPolicy)] : [])
  }
}
