package import Blueprint
import JSON

/// https://docs.vernemq.com/guides/vernemq-on-kubernetes
package enum VerneMQ: Component {
  package struct Options: LoadBalanced {
    package var pool: Located<String>?
    package var address: Located<IPAddress>?
    package var acceptsLicence = false
    package var replicas = 1
    package var volume = StorageChoice(size: "2Gi")
    /// Who may use it; empty: anybody.
    package var users: [String] = []
    package var secret = "vernemq-users"
    package var hasWebSockets = false
  }

  package static let about = About(
    "vernemq", "A broker for MQTT, which devices speak.",
    chart: ChartReference("https://vernemq.github.io/docker-vernemq", "vernemq", "2.1.1"), namespace: "vernemq",
    dependsOn: ["metallb"], after: ["cilium"], overhead: Overhead(memory: 256, cpu: 50))

  package static func options(_ reader: inout MappingReader) -> Options? {
    var options = Options()
    (options.pool, options.address) = reader.poolAndAddress()
    options.acceptsLicence =
      reader.optional(
        "acceptLicence", .truth, "Says yes to the licence of VerneMQ's image, which it does not start without.",
        byDefault: false) ?? false
    options.replicas =
      reader.optional("replicas", .whole(1...9, "a number of pods"), "How many pods share the clients.", byDefault: 1)
      ?? 1
    options.volume = reader.storage(size: "2Gi")
    options.users =
      reader.optional("users", .list(.label("the name of a user")), "Who may use it. By default anybody.") ?? []
    options.secret = reader.secretName("vernemq-users", "The Secret with a password for each user, under its name.")
    options.hasWebSockets =
      reader.optional("webSockets", .truth, "Also takes clients that come through HTTP.", byDefault: false) ?? false
    return options
  }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    let balancer = context.loadBalancer(options)
    let isOutside = options.pool != nil || options.address != nil
    var variables: [JSON] = ["REGISTER", "PUBLISH", "SUBSCRIBE", "UNSUBSCRIBE"].map {
      ["name": .string("DOCKER_VERNEMQ_ALLOW_\($0)_DURING_NETSPLIT"), "value": "on"]
    }
    variables += [
      ["name": "DOCKER_VERNEMQ_ACCEPT_EULA", "value": options.acceptsLicence ? "yes" : "no"],
      ["name": "DOCKER_VERNEMQ_ALLOW_ANONYMOUS", "value": options.users.isEmpty ? "on" : "off"],
    ]
    variables += options.users.map { user in
      [
        "name": .string("DOCKER_VERNEMQ_USER_\(user)"),
        "valueFrom": ["secretKeyRef": ["name": .string(options.secret), "key": .string(user)]],
      ]
    }
    let values: JSON = [
      "replicaCount": .int(options.replicas), "additionalEnv": .array(variables),
      "service": .members([
        "type": isOutside ? "LoadBalancer" : "ClusterIP", "annotations": .strings(balancer.annotations),
        "labels": balancer.labels.isEmpty ? nil : .strings(balancer.labels),
        "ws": ["enabled": .bool(options.hasWebSockets)],
      ]),
      "persistentVolume": .members([
        "enabled": true, "size": .string(options.volume.size),
        "storageClass": options.volume.storageClass.map { .string($0) },
      ]),
      "resources": ["requests": ["cpu": "50m", "memory": "256Mi"]],
    ]
    var contribution = Contribution(
      values: values, waitFor: ["statefulset/\(context.namespace)/\(context.fullName(about.name))"],
      secrets: options.users.isEmpty
        ? []
        : [
          SecretNeed(
            options.secret, in: context.namespace, keys: options.users, for: "passwords of the clients of MQTT")
        ],
      openings: [
        Opening(.ingress, isOutside ? .world : .cluster, ports: [1883], because: "devices bring and fetch messages"),
        Opening(
          .ingress, .pods(namespace: context.namespace, labels: [:]), ports: [4369, 44053] + Array(9100...9109),
          because: "brokers of one cluster pass messages on to each other"),
        Opening(.egress, .host, because: "it asks the API server for the other brokers"),
      ])
    if options.hasWebSockets {
      contribution.openings.append(
        Opening(.ingress, .cluster, ports: [8080], because: "the ingress brings clients that come through HTTP"))
    }
    if options.hasWebSockets { contribution.page = WebPage(context.fullName(about.name), port: 8080) }
    contribution.overhead = Overhead(memory: 256 * options.replicas, cpu: 50 * options.replicas)
    if !options.acceptsLicence {
      contribution.problems.append(
        ComponentProblem(
          "'\(context.name)' does not start before its licence is accepted",
          fix:
            "read https://vernemq.com/end-user-license-agreement and add 'acceptLicence: true', or run another broker"
        ))
    }
    return contribution
  }
}
