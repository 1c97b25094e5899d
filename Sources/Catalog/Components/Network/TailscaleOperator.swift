package import Blueprint
import JSON

/// https://tailscale.com/kb/1236/kubernetes-operator
package enum TailscaleOperator: Component {
  package struct Options: ComponentOptions {
    package var hostname = "tailscale-operator"
    /// What the devices that it makes are tagged with.
    package var tags = ["tag:k8s"]
    /// Networks of the house that the tailnet reaches through the cluster.
    package var routes: [Located<CIDR>] = []
    package var isExitNode = false
    package var proxiesAPI = false
  }

  private static let secret = "operator-oauth"

  package static let about = About(
    "tailscale-operator", "Brings applications into a tailnet, and the tailnet to the house.",
    chart: ChartReference("https://pkgs.tailscale.com/helmcharts", "tailscale-operator", "1.102.3"),
    namespace: "tailscale", isPrivileged: true, after: ["cilium", "coredns"],
    definitions: [
      "connectors", "dnsconfigs", "peerrelays", "proxyclasses", "proxygroups", "proxygrouppolicies", "recorders",
      "tailnets",
    ].map { "\($0).tailscale.com" },
    nodes: NodeRequirements(modules: ["tun"]), overhead: Overhead(memory: 128, cpu: 50))

  package static func options(_ reader: inout MappingReader) -> Options? {
    var options = Options()
    options.hostname =
      reader.optional(
        "hostname", .label("a host name"), "The operator's own name in the tailnet.", byDefault: "tailscale-operator")
      ?? options.hostname
    options.tags =
      reader.optional(
        "tags", .list(.filled("a tag such as tag:k8s")), "Tags of the devices that it makes. By default tag:k8s.")
      ?? options.tags
    options.routes =
      reader.optional(
        "routes", .list(.located(.cidr)), "Networks of the house that the tailnet reaches through the cluster.") ?? []
    options.isExitNode =
      reader.optional(
        "exitNode", .truth, "Whether the tailnet reaches the Internet through the house.", byDefault: false)
      ?? false
    options.proxiesAPI =
      reader.optional(
        "apiServer", .truth, "Whether the tailnet reaches the Kubernetes API, as the users that its rules say.",
        byDefault: false) ?? false
    return options
  }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    let values: JSON = [
      "operatorConfig": ["hostname": .string(options.hostname)],
      "proxyConfig": ["defaultTags": .string(options.tags.joined(separator: ","))],
      "apiServerProxyConfig": [
        "mode": options.proxiesAPI ? "true" : "false", "allowImpersonation": options.proxiesAPI ? "true" : "false",
      ],
    ]
    var objects: [JSON] = []
    if !options.routes.isEmpty || options.isExitNode {
      objects.append([
        "apiVersion": "tailscale.com/v1alpha1", "kind": "Connector",
        "metadata": ["name": .string(context.blueprint.name)],
        "spec": .members([
          "hostname": .string("\(context.blueprint.name)-router"),
          "tags": .array(options.tags.map { .string($0) }),
          "subnetRouter": options.routes.isEmpty
            ? nil : ["advertiseRoutes": .array(options.routes.map { .string("\($0.value)") })],
          "exitNode": options.isExitNode ? true : nil,
        ]),
      ])
    }
    return Contribution(
      values: values, objects: objects, waitFor: ["deployment/\(context.namespace)/operator"],
      secrets: [
        SecretNeed(
          secret, in: context.namespace, keys: ["client_id", "client_secret"],
          for: "OAuth client of the tailnet that may write devices and auth keys, with the tag tag:k8s-operator")
      ],
      openings: [
        Opening(
          .egress, .world, because: "the tailnet's devices are reached over changing ports, and by relays on 443"),
        Opening(.egress, .world, ports: [3478, 41641], transport: "UDP", because: "WireGuard, and finding its way"),
        Opening(.egress, .cluster, because: "its proxies pass requests on to applications"),
        Opening(.egress, .host, because: "it makes proxies through the API server"),
      ])
  }
}
