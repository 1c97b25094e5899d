package import Blueprint
import JSON

/// https://valkey.io/valkey-helm/ – Valkey, the free continuation of Redis.
package enum RedisServer: Component {
  package struct Options: ComponentOptions {
    /// `nil`: it keeps everything in memory.
    package var volume: StorageChoice?
    package var replicas = 0
    /// The Secret with the password; `nil`: whoever reaches it may use it.
    package var secret: String?
    /// MiB.
    package var memory = 256
  }

  package static let about = About(
    "redis", "A Redis server for all applications: Valkey.",
    chart: ChartReference("https://valkey.io/valkey-helm/", "valkey", "0.11.0"), namespace: "redis",
    overhead: Overhead(memory: 256, cpu: 50))

  package static func options(_ reader: inout MappingReader) -> Options? {
    var options = Options()
    let size = reader.optional("size", .quantity("2Gi"), "How much it may keep on disk. By default it keeps nothing.")
    let storageClass = reader.optional(
      "class", .subdomain("the name of a storage class"), "The class of that volume. By default the cluster's default.")
    reader.need(["size"], besides: "class")
    options.volume = size.map { StorageChoice(size: $0, storageClass: storageClass) }
    options.replicas =
      reader.optional(
        "replicas", .whole(0...9, "a number of replicas"), "How many servers follow the first; each needs a 'size'.",
        byDefault: 0) ?? 0
    options.memory =
      reader.optional("memory", .whole(32...65536, "MiB"), "How many MiB it may hold.", byDefault: 256) ?? 256
    options.secret = reader.optional(
      "secret", .subdomain("the name of a Secret"), "A Secret with the password. By default it asks for none.")
    return options
  }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    var values: JSON = [
      "fullnameOverride": .string(context.name),
      "valkeyConfig": .string("maxmemory \(options.memory)mb\nmaxmemory-policy allkeys-lru\n"),
      "resources": [
        "requests": ["cpu": "50m", "memory": .string("\(options.memory)Mi")],
        "limits": ["memory": .string("\(options.memory * 3 / 2)Mi")],
      ],
    ]
    if let secret = options.secret {
      values["auth"] = [
        "enabled": true, "usersExistingSecret": .string(secret),
        "aclUsers": ["default": ["permissions": "~* &* +@all", "passwordKey": "password"]],
      ]
    }
    let isReplicated = options.replicas > 0
    if isReplicated {
      values["replica"] = .members([
        "enabled": true, "replicas": .int(options.replicas),
        "persistence": options.volume.map {
          .members(["size": .string($0.size), "storageClass": $0.storageClass.map { .string($0) }])
        },
      ])
    } else if let volume = options.volume {
      values["dataStorage"] = .members([
        "enabled": true, "requestedSize": .string(volume.size),
        "className": volume.storageClass.map { .string($0) }, "keepPvc": true,
      ])
      // Two pods cannot hold one volume.
      values["deploymentStrategy"] = "Recreate"
    }
    if context.has("kube-prometheus-stack") { values["metrics"] = ["enabled": true] }
    var contribution = Contribution(
      values: values,
      waitFor: ["\(isReplicated ? "statefulset" : "deployment")/\(context.namespace)/\(context.name)"],
      secrets: options.secret.map {
        [SecretNeed($0, in: context.namespace, keys: ["password"], for: "password of the Redis server")]
      } ?? [],
      openings: [Opening(.ingress, .cluster, ports: [6379], because: "applications keep what they may lose in it")])
    contribution.overhead = Overhead(
      memory: options.memory * (options.replicas + 1), cpu: 50 * (options.replicas + 1))
    contribution.monitors = [
      Monitor(
        .pod, labels: ["app.kubernetes.io/name": "valkey", "app.kubernetes.io/instance": context.name], port: "metrics")
    ]
    if isReplicated, options.volume == nil {
      contribution.problems.append(
        ComponentProblem("the replicas of '\(context.name)' need volumes", fix: "add 'size: 2Gi'"))
    }
    return contribution
  }
}
