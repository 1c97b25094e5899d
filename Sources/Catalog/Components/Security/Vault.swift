package import Blueprint
import Diagnostics
import JSON

/// https://developer.hashicorp.com/vault/docs/deploy/kubernetes/helm
package enum Vault: Component {
  package struct Options: ComponentOptions {
    package var replicas = 1
    package var storage = StorageChoice(size: "10Gi")
  }

  package static let about = About(
    "vault", "Keeps secrets, and gives them to those who may have them.",
    chart: ChartReference("https://helm.releases.hashicorp.com", "vault", "0.34.1", kubernetes: 20), namespace: "vault",
    after: ["cilium"] + StorageChoice.providers, overhead: Overhead(memory: 256, cpu: 100))

  package static func options(_ reader: inout MappingReader) -> Options? {
    let replicas = reader.optional(
      "replicas", Shape<Int>.whole(1...7, "a number of servers"),
      "How many servers keep copies; an odd number. Each needs a node of its own.", byDefault: 1)
    return Options(replicas: replicas ?? 1, storage: reader.storage(size: "10Gi"))
  }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    let name = context.fullName(about.name)
    let requests: JSON = ["requests": ["cpu": "100m", "memory": "256Mi"]]
    let isMonitored = context.has("kube-prometheus-stack")
    let raft = configuration(name: name, replicas: options.replicas, isMonitored: isMonitored)
    let setup = VaultSetup(context, name: name)
    let hasCSI = context.has("secrets-store-csi")
    let values: JSON = [
      "injector": ["enabled": false],
      "csi": [
        "enabled": .bool(hasCSI), "agent": ["enabled": false],
        // Wherever pods run that want secrets.
        "pod": ["tolerations": [["operator": "Exists"]]],
      ],
      "ui": ["enabled": true],
      "server": .members([
        "resources": requests,
        "dataStorage": .members([
          "enabled": true, "size": .string(options.storage.size),
          "storageClass": options.storage.storageClass.map { .string($0) },
        ]),
        // One that is sealed is started, and waits for its keys: others are not to wait for it longer than that.
        "readinessProbe": ["enabled": true, "path": "/v1/sys/health?standbyok=true&sealedcode=204&uninitcode=204"],
        "extraVolumes": [["type": "configMap", "name": .string(setup.name)]],
        // Integrated storage on one server too, so that more can join later.
        "ha": [
          "enabled": true, "replicas": .int(options.replicas),
          "raft": ["enabled": true, "setNodeId": true, "config": .string(raft)],
          "disruptionBudget": ["enabled": .bool(options.replicas > 1)],
        ],
      ]),
    ]
    var contribution = Contribution(
      values: values, objects: [setup.object],
      // Not for the StatefulSet, which leaves it to people to replace pods and so always looks ready.
      waitFor: ["pod/\(context.namespace)/\(name)-0"]
        + (hasCSI ? ["daemonset/\(context.namespace)/\(name)-csi-provider"] : []),
      openings: [
        Opening(.ingress, .cluster, ports: [8200], because: "applications and their operators ask it for secrets"),
        Opening(
          .ingress, .pods(namespace: context.namespace, labels: [:]), ports: [8200, 8201],
          because: "its servers keep copies of each other's data"),
        Opening(.egress, .host, because: "it asks the API server whether a ServiceAccount is who it says"),
      ])
    contribution.page = WebPage("\(name)-ui", port: 8200)
    contribution.overhead = Overhead(memory: 256 * options.replicas, cpu: 100 * options.replicas)
    contribution.monitors = [
      Monitor(
        .pod, labels: ["app.kubernetes.io/name": "vault", "component": "server"], port: "http",
        path: "/v1/sys/metrics", parameters: ["format": "prometheus"])
    ]
    if options.replicas.isMultiple(of: 2) {
      contribution.problems.append(
        ComponentProblem(
          "'\(context.name)' has an even number of servers, of which one more may not fail", .warning,
          fix: "have \(options.replicas - 1) or \(options.replicas + 1)"))
    }
    if !context.blueprint.nodes.isEmpty, options.replicas > context.blueprint.nodes.count {
      contribution.problems.append(
        ComponentProblem(
          "'\(context.name)' wants \(options.replicas) nodes, and there are \(context.blueprint.nodes.count)",
          fix: "lower 'replicas'"))
    }
    return contribution
  }

  /// https://developer.hashicorp.com/vault/docs/configuration/storage/raft
  private static func configuration(name: String, replicas: Int, isMonitored: Bool) -> String {
    let others = (0..<replicas).map { number in
      """
        retry_join {
          leader_api_addr = "http://\(name)-\(number).\(name)-internal:8200"
        }

      """
    }
    // https://developer.hashicorp.com/vault/docs/configuration/telemetry – figures hold no secrets.
    let access = isMonitored ? "\n  telemetry {\n    unauthenticated_metrics_access = true\n  }" : ""
    let telemetry = """
      telemetry {
        prometheus_retention_time = "30m"
        disable_hostname = true
      }

      """
    return """
      ui = true
      disable_mlock = true
      listener "tcp" {
        tls_disable = 1
        address = "[::]:8200"
        cluster_address = "[::]:8201"\(access)
      }
      storage "raft" {
        path = "/vault/data"

      """ + (replicas > 1 ? others.joined() : "") + """
        }
        service_registration "kubernetes" {}

        """ + (isMonitored ? telemetry : "")
  }
}
