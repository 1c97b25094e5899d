package import Blueprint
import Diagnostics
import JSON

/// https://grafana.com/docs/alloy/latest/set-up/install/kubernetes/ – what Promtail was, whose life has ended.
package enum Alloy: Component {
  package typealias Options = NoOptions

  package static let about = About(
    "alloy", "Collects the logs of all pods for Loki.",
    chart: ChartReference("https://grafana.github.io/helm-charts", "alloy", "1.11.1"), namespace: "monitoring",
    isPrivileged: true, dependsOn: ["loki"], definitions: ["podlogs.monitoring.grafana.com"],
    overhead: Overhead(memoryPerNode: 128, cpuPerNode: 50))

  package static func options(_ reader: inout MappingReader) -> Options? { NoOptions() }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    let loki = Platform(context.blueprint).part("loki")
    let address = loki.map { "http://\($0.host(of: $0.fullName(chart: "loki"))):3100/loki/api/v1/push" }
    var contribution = Contribution(
      values: [
        "alloy": [
          "configMap": ["content": .string(configuration(address ?? ""))],
          "mounts": ["varlog": true], "enableReporting": false,
          "resources": ["requests": ["cpu": "50m", "memory": "128Mi"]],
        ],
        // Logs are wanted of every node, above all of those with a taint.
        "controller": ["type": "daemonset", "tolerations": [["operator": "Exists"]]],
      ],
      waitFor: ["daemonset/\(context.namespace)/\(context.fullName(about.name))"],
      openings: [
        Opening(.egress, .host, because: "it asks the API server which pods are on its node"),
        Opening(
          .egress, .pods(namespace: loki?.namespace ?? context.namespace, labels: [:]), ports: [3100],
          because: "it brings logs to Loki"),
      ])
    contribution.monitors = [Monitor(.service, labels: ["app.kubernetes.io/name": "alloy"], port: "http-metrics")]
    if loki == nil {
      contribution.problems.append(
        ComponentProblem("'\(context.name)' has no Loki to bring logs to", fix: "add 'loki: {}' to 'platform'"))
    }
    return contribution
  }

  /// https://grafana.com/docs/alloy/latest/collect/logs-in-kubernetes/
  private static func configuration(_ address: String) -> String {
    """
    discovery.kubernetes "pods" {
      role = "pod"
      selectors {
        role  = "pod"
        field = "spec.nodeName=" + coalesce(sys.env("HOSTNAME"), constants.hostname)
      }
    }

    discovery.relabel "pods" {
      targets = discovery.kubernetes.pods.targets
      rule {
        source_labels = ["__meta_kubernetes_namespace"]
        target_label  = "namespace"
      }
      rule {
        source_labels = ["__meta_kubernetes_pod_name"]
        target_label  = "pod"
      }
      rule {
        source_labels = ["__meta_kubernetes_pod_container_name"]
        target_label  = "container"
      }
      rule {
        source_labels = ["__meta_kubernetes_pod_label_app_kubernetes_io_name"]
        target_label  = "app"
      }
      rule {
        source_labels = ["__meta_kubernetes_pod_uid", "__meta_kubernetes_pod_container_name"]
        separator     = "/"
        target_label  = "__path__"
        replacement   = "/var/log/pods/*$1/*.log"
      }
    }

    local.file_match "pods" {
      path_targets = discovery.relabel.pods.output
    }

    loki.source.file "pods" {
      targets    = local.file_match.pods.targets
      forward_to = [loki.process.pods.receiver]
    }

    loki.process "pods" {
      stage.cri {}
      forward_to = [loki.write.default.receiver]
    }

    loki.write "default" {
      endpoint {
        url = "\(address)"
      }
    }

    """
  }
}
