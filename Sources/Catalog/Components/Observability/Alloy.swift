package import Blueprint
import Diagnostics
import JSON

/// https://grafana.com/docs/alloy/latest/set-up/install/kubernetes/ – what Promtail was, whose life has ended.
package enum Alloy: Component {
  package struct Options: ComponentOptions {
    package var readsJournal = false
  }

  package static let about = About(
    "alloy", "Collects the logs of all pods for Loki.",
    chart: ChartReference("https://grafana.github.io/helm-charts", "alloy", "1.11.1"), namespace: "monitoring",
    isPrivileged: true, dependsOn: ["loki"], definitions: ["podlogs.monitoring.grafana.com"],
    overhead: Overhead(memoryPerNode: 128, cpuPerNode: 50))

  package static func options(_ reader: inout MappingReader) -> Options? {
    let journal = reader.optional(
      "journal", .truth, "Also the nodes' own journals, where systemd keeps k3s's log.", byDefault: false)
    return Options(readsJournal: journal ?? false)
  }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    let address = context.loki.map { "\($0.url)/loki/api/v1/push" } ?? ""
    var contribution = Contribution(
      values: [
        "alloy": [
          "configMap": ["content": .string(configuration(address) + (options.readsJournal ? journal : ""))],
          "mounts": ["varlog": true], "enableReporting": false,
          "resources": ["requests": ["cpu": "50m", "memory": "128Mi"]],
        ],
        // Logs are wanted of every node, above all of those with a taint.
        "controller": ["type": "daemonset", "tolerations": [["operator": "Exists"]]],
      ],
      waitFor: ["daemonset/\(context.namespace)/\(context.fullName(about.name))"])
    context.bringLogs(&contribution)
    contribution.monitors = [Monitor(.service, labels: ["app.kubernetes.io/name": "alloy"], port: "http-metrics")]
    if options.readsJournal, context.isTalos {
      contribution.problems.append(
        ComponentProblem("'\(context.name)' finds no journal on Talos", .warning, fix: "leave out 'journal'"))
    }
    return contribution
  }

  /// https://grafana.com/docs/alloy/latest/reference/components/loki/loki.source.journal/
  private static let journal = """
    discovery.relabel "journal" {
      targets = []
      rule {
        source_labels = ["__journal__systemd_unit"]
        target_label  = "unit"
      }
      rule {
        source_labels = ["__journal__hostname"]
        target_label  = "node"
      }
    }

    loki.source.journal "node" {
      path          = "/var/log/journal"
      max_age       = "12h"
      labels        = {job = "journal"}
      relabel_rules = discovery.relabel.journal.rules
      forward_to    = [loki.write.default.receiver]
    }

    """

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
      // Pods that the kubelet starts itself have a folder named otherwise.
      rule {
        source_labels = [
          "__meta_kubernetes_pod_annotation_kubernetes_io_config_hash", "__meta_kubernetes_pod_container_name",
        ]
        separator     = "/"
        regex         = "(.+/.+)"
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
