package import Blueprint
import Diagnostics
import JSON

/// https://longhorn.io/docs/latest/deploy/install/install-with-helm/
package enum Longhorn: Component {
  package struct Options: StorageProvider {
    package var volumes: VolumeClass
    /// How many copies there are of a volume; `nil`: three, or as many as there are nodes.
    package var replicas: Int?
    /// Where nodes keep them; `nil`: where their disks for it are mounted.
    package var path: String?
    package var locality = Locality.disabled
  }

  package enum Locality: String, Sendable, CaseIterable {
    case disabled, bestEffort = "best-effort", strictLocal = "strict-local"
  }

  package static let about = About(
    "longhorn", "Volumes with copies on several nodes, and backups of them elsewhere.",
    chart: ChartReference("https://charts.longhorn.io", "longhorn", "1.12.1", kubernetes: 25),
    namespace: "longhorn-system",
    isPrivileged: true, dependsOn: ["snapshot-controller"], after: ["cilium", "coredns"],
    definitions: [
      "backingimages", "backingimagedatasources", "backingimagemanagers", "backups", "backupbackingimages",
      "backuptargets", "backupvolumes", "engines", "enginefrontends", "engineimages", "instancemanagers", "nodes",
      "orphans", "recurringjobs", "replicas", "settings", "shards", "shardgroups", "sharemanagers", "snapshots",
      "supportbundles", "systembackups", "systemrestores", "volumes", "volumeattachments",
    ].map { "\($0).longhorn.io" },
    nodes: NodeRequirements(
      packages: ["open-iscsi", "nfs-common", "cryptsetup", "dmsetup"], modules: ["iscsi_tcp", "dm_crypt"],
      extensions: ["siderolabs/iscsi-tools", "siderolabs/util-linux-tools"]),
    overhead: Overhead(memory: 512, cpu: 200, memoryPerNode: 384, cpuPerNode: 150))

  package static func options(_ reader: inout MappingReader) -> Options? {
    var options = Options(volumes: reader.volumeClass(always: "longhorn"))
    options.replicas = reader.optional(
      "replicas", .whole(1...9, "a number of copies"),
      "How many copies there are of a volume. By default three, or as many as nodes.")
    options.path = reader.optional(
      "path", .absolutePath, "Where nodes keep them. By default where their disks with 'use: longhorn' are mounted.")
    options.locality =
      reader.optional(
        "locality", Shape<Locality>.choice, "Whether one copy lies on the node that uses the volume.",
        byDefault: "disabled") ?? .disabled
    return options
  }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    let nodes = places(context)
    let replicas = options.replicas ?? (nodes.isEmpty ? 3 : min(3, nodes.count))
    let path = path(options, context, nodes)
    let runners = context.blueprint.workers + nodes.filter { $0.role == .controlPlane }
    let tolerations = context.tolerations(of: runners)
    let taints = context.taints(of: runners).joined(separator: ";")
    let isDefault = context.isDefault(options.volumes)
    let few = JSON.int(context.replicas(upTo: 2))
    let target = BackupTarget(context)
    let values: JSON = .members([
      "global": tolerations.isEmpty ? nil : ["tolerations": .array(tolerations)],
      "persistence": [
        "defaultClass": .bool(isDefault), "defaultClassReplicaCount": .int(replicas),
        "reclaimPolicy": .string(options.volumes.reclaimPolicy.rawValue),
        "defaultDataLocality": .string(options.locality.rawValue),
      ],
      "csi": [
        "attacherReplicaCount": few, "provisionerReplicaCount": few, "resizerReplicaCount": few,
        "snapshotterReplicaCount": few,
      ],
      "defaultSettings": .members([
        "defaultReplicaCount": .int(replicas), "defaultDataPath": .string(path),
        "defaultDataLocality": .string(options.locality.rawValue),
        "taintToleration": taints.isEmpty ? nil : .string(taints),
        // A volume follows its pod when a node is lost; without it pods wait for the node for ever.
        "nodeDownPodDeletionPolicy": "delete-both-statefulset-and-deployment-pod",
        "allowCollectingLonghornUsageMetrics": false, "upgradeChecker": false,
      ]),
      "defaultBackupStore": target.map { target in
        .members([
          "backupTarget": .string(target.url), "backupTargetCredentialSecret": target.secret.map { .string($0) },
        ])
      },
      // Its hook is Helm's alone; the manager looks itself whether it can take over.
      "preUpgradeChecker": ["jobEnabled": false], "longhornUI": ["replicas": 1],
    ])
    var contribution = Contribution(
      values: values,
      objects: context.hasSnapshots
        ? [context.snapshotClass("longhorn", driver: "driver.longhorn.io", parameters: ["type": "snap"])] : [],
      waitFor: [
        "daemonset/\(context.namespace)/longhorn-manager", "deployment/\(context.namespace)/longhorn-driver-deployer",
        "daemonset/\(context.namespace)/longhorn-csi-plugin", "deployment/\(context.namespace)/csi-provisioner",
      ],
      secrets: target?.need(context) ?? [],
      openings: [
        Opening(
          .ingress, .host, because: "the API server asks its webhooks on 9502, and nodes reach volumes over iSCSI"),
        Opening(.egress, .host, because: "it works through the API server"),
        Opening(.egress, .world, because: "backups go to the target that the file names"),
      ])
    contribution.page = WebPage("longhorn-frontend", port: 80)
    contribution.monitors = [Monitor(.service, labels: ["app": "longhorn-manager"], port: "manager")]
    contribution.classes = [options.volumes.brought(isDefault: isDefault)]
    contribution.problems = context.problems(of: options.volumes) + problems(options, context, nodes)
    return contribution
  }

  /// Where it keeps copies: on every node that lets its pods in.
  private static func places(_ context: ComponentContext) -> [NodeSpec] {
    let disks = context.nodes(with: .longhorn)
    return disks.isEmpty ? context.blueprint.nodes.filter { $0.taints.isEmpty } : disks
  }

  private static func path(_ options: Options, _ context: ComponentContext, _ nodes: [NodeSpec]) -> String {
    let mounts = Set(nodes.flatMap(\.disks).filter { $0.use == .longhorn }.compactMap(\.mount))
    let usual = context.isTalos ? "/var/mnt/longhorn" : "/var/lib/longhorn"
    return options.path ?? (mounts.count == 1 ? mounts.first : nil) ?? usual
  }

  private static func problems(
    _ options: Options, _ context: ComponentContext, _ nodes: [NodeSpec]
  ) -> [ComponentProblem] {
    if nodes.isEmpty { return [] }
    var problems: [ComponentProblem] = []
    if let replicas = options.replicas, replicas > nodes.count {
      problems.append(
        ComponentProblem(
          "'\(context.name)' is to keep \(replicas) copies, and can keep them on \(nodes.count) nodes",
          fix: "write 'replicas: \(nodes.count)', or add nodes for it"))
    } else if (options.replicas ?? nodes.count) == 1 {
      problems.append(
        ComponentProblem(
          "'\(context.name)' keeps one copy of every volume: what is on a disk is lost with it", .warning,
          fix: "keep copies on more nodes, and backups of what matters"))
    }
    let names = Set(nodes.map(\.name))
    let others = context.blueprint.nodes.filter { node in
      !names.contains(node.name) && (node.role == .worker || node.taints.isEmpty)
    }
    if !context.nodes(with: .longhorn).isEmpty, let other = others.first {
      problems.append(
        ComponentProblem(
          "'\(context.name)' also keeps copies on node '\(other.name)', which has no disk for it", .warning,
          fix: "give '\(other.name)' a disk with 'use: longhorn', or keep copies off it on Longhorn's own page",
          at: other.span))
    }
    return problems
  }
}

/// Where Longhorn keeps backups (https://longhorn.io/docs/latest/snapshots-and-backups/backup-and-restore/set-backup-target/).
private struct BackupTarget {
  var url: String
  var secret: String?

  /// `nil` where the file names none that Longhorn knows, or where VolSync keeps them.
  init?(_ context: ComponentContext) {
    guard let backup = context.blueprint.backup, let volumes = backup.volumes?.value, !context.has("volsync") else {
      return nil
    }
    secret = backup.secret
    if let share = NFSShare(volumes) {
      url = "nfs://\(share.server):\(share.path)"
    } else if volumes.hasPrefix("s3://") {
      // It wants a region, also where the store has none, and a path.
      let parts = volumes.dropFirst(5).split(separator: "/", maxSplits: 1)
      let bucket = parts.first.map(String.init) ?? ""
      let path = parts.count > 1 ? String(parts[1]) : ""
      url = "s3://\(bucket.contains("@") ? bucket : "\(bucket)@us-east-1")/\(path)"
    } else {
      return nil
    }
  }

  func need(_ context: ComponentContext) -> [SecretNeed] {
    guard let secret else { return [] }
    return [
      SecretNeed(
        secret, in: context.namespace, keys: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINTS"],
        for: "Where Longhorn's backups go: the bucket's key, and the URL of its store")
    ]
  }
}
