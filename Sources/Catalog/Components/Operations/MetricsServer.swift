package import Blueprint
import Diagnostics
import JSON

/// https://github.com/kubernetes-sigs/metrics-server
package enum MetricsServer: Component {
  package typealias Options = NoOptions

  package static let about = About(
    "metrics-server", "Tells how much CPU and memory nodes and pods use: for 'kubectl top' and for scaling.",
    chart: ChartReference("https://kubernetes-sigs.github.io/metrics-server/", "metrics-server", "3.13.1"),
    namespace: "kube-system", overhead: Overhead(memory: 200, cpu: 100))

  package static func options(_ reader: inout MappingReader) -> Options? { NoOptions() }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    let distribution = context.blueprint.kubernetes?.distribution
    var values: JSON = ["resources": ["requests": ["cpu": "100m", "memory": "200Mi"]]]
    // Kubelets of these sign their certificates themselves, unless a controller is there that approves better ones.
    if distribution == .talos || distribution == .upstream { values["args"] = ["--kubelet-insecure-tls"] }
    if context.has("kube-prometheus-stack") { values["metrics"] = ["enabled": true] }
    var contribution = Contribution(
      values: values, waitFor: ["deployment/\(context.namespace)/\(context.fullName(about.name))"],
      openings: [
        Opening(.ingress, .host, ports: [10250], because: "the API server passes questions about usage on to it"),
        Opening(.egress, .host, ports: [10250], because: "it asks every node's kubelet what is used"),
      ])
    contribution.monitors = [
      Monitor(.service, labels: ["app.kubernetes.io/name": "metrics-server"], port: "https", isTLS: true)
    ]
    // k3s brings one of its own. On machines that Croft configures it is turned off for this one.
    if distribution == .k3d,
      context.blueprint.kubernetes?.disable.contains(where: { $0.value == "metrics-server" }) == false
    {
      contribution.problems.append(
        ComponentProblem(
          "'\(context.name)' is part of k3s already, whose Deployment of that name is in its way",
          fix: "remove it, or add metrics-server to 'kubernetes.disable'"))
    }
    return contribution
  }
}
