package import Blueprint
import JSON

/// https://github.com/kubernetes-sigs/descheduler
package enum Descheduler: Component {
  package struct Options: ComponentOptions {
    package var interval = "10m"
  }

  package static let about = About(
    "descheduler", "Takes pods from nodes where they no longer belong, so that they are placed anew.",
    chart: ChartReference("https://kubernetes-sigs.github.io/descheduler/", "descheduler", "0.36.0", kubernetes: 34),
    namespace: "kube-system", overhead: Overhead(memory: 128, cpu: 50))

  package static func options(_ reader: inout MappingReader) -> Options? {
    let interval = reader.optional("interval", .duration, "How often it looks.", byDefault: "10m")
    return Options(interval: interval.map { "\($0.components.seconds)s" } ?? "10m")
  }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    var balance = ["RemoveDuplicates", "RemovePodsViolatingTopologySpreadConstraint"]
    var configuration: [JSON] = [
      [
        "name": "DefaultEvictor",
        "args": [
          // Most pods have a scratch folder, which they can do without. A volume may tie its pod to the node.
          "podProtections": ["defaultDisabled": ["PodsWithLocalStorage"], "extraEnabled": ["PodsWithPVC"]],
          "nodeFit": true,
        ],
      ],
      ["name": "RemoveDuplicates"],
      [
        "name": "RemovePodsHavingTooManyRestarts",
        "args": ["podRestartThreshold": 100, "includingInitContainers": true],
      ],
      [
        "name": "RemovePodsViolatingNodeAffinity",
        "args": ["nodeAffinityType": ["requiredDuringSchedulingIgnoredDuringExecution"]],
      ],
      ["name": "RemovePodsViolatingNodeTaints"],
      ["name": "RemovePodsViolatingInterPodAntiAffinity"],
      ["name": "RemovePodsViolatingTopologySpreadConstraint"],
    ]
    // Two nodes would pass pods to and fro.
    if context.blueprint.nodes.count > 2 {
      balance.append("LowNodeUtilization")
      configuration.append([
        "name": "LowNodeUtilization",
        "args": [
          "thresholds": ["cpu": 20, "memory": 20, "pods": 20],
          "targetThresholds": ["cpu": 50, "memory": 50, "pods": 50],
        ],
      ])
    }
    let profile: JSON = [
      "name": "default", "pluginConfig": .array(configuration),
      "plugins": [
        "balance": ["enabled": .array(balance.map { .string($0) })],
        "deschedule": [
          "enabled": [
            "RemovePodsHavingTooManyRestarts", "RemovePodsViolatingNodeTaints", "RemovePodsViolatingNodeAffinity",
            "RemovePodsViolatingInterPodAntiAffinity",
          ]
        ],
      ],
    ]
    var contribution = Contribution(
      values: [
        "kind": "Deployment", "deschedulingInterval": .string(options.interval),
        "deschedulerPolicy": ["profiles": [profile]],
        "resources": ["requests": ["cpu": "50m", "memory": "128Mi"], "limits": ["cpu": "500m", "memory": "256Mi"]],
        "service": ["enabled": .bool(context.has("kube-prometheus-stack"))],
      ],
      waitFor: ["deployment/\(context.namespace)/\(context.fullName(about.name))"],
      openings: [Opening(.egress, .host, because: "it asks the API server where pods are, and evicts some")])
    contribution.monitors = [
      Monitor(.service, labels: ["app.kubernetes.io/name": "descheduler"], port: "http-metrics", isTLS: true)
    ]
    return contribution
  }
}
