package import Blueprint
import JSON

/// https://docs.cilium.io/en/stable/helm-reference/
package enum Cilium: Component {
  package struct Options: ComponentOptions {
    package enum Routing: String, Sendable, CaseIterable { case tunnel, native }
    package enum Policy: String, Sendable, CaseIterable { case defaultDeny = "default-deny", allow }
    package var replacesKubeProxy = true
    package var l2Announcements = false
    package var gatewayAPI = false
    package var hubble = false
    package var routing = Routing.tunnel
    package var policy = Policy.allow
  }

  package static let about = About(
    "cilium", "Pod network on eBPF, with network policies, load-balancer addresses and observability.",
    chart: ChartReference("https://helm.cilium.io", "cilium", "1.20.0", kubernetes: 21), namespace: "kube-system",
    dependsOn: ["gateway-api"],
    definitions: [
      "ciliumnetworkpolicies.cilium.io", "ciliumclusterwidenetworkpolicies.cilium.io",
      "ciliumloadbalancerippools.cilium.io", "ciliuml2announcementpolicies.cilium.io",
    ],
    overhead: Overhead(memory: 128, cpu: 50, memoryPerNode: 384, cpuPerNode: 100))

  package static func options(_ reader: inout MappingReader) -> Options? {
    var options = Options()
    if let replaces = reader.optional(
      "kubeProxyReplacement", .truth, "Routes Services itself, in place of kube-proxy.", byDefault: true)
    {
      options.replacesKubeProxy = replaces
    }
    if let announces = reader.optional(
      "l2Announcements", .truth, "Answers ARP and NDP for addresses of the pools, so that no MetalLB is needed.",
      byDefault: false)
    {
      options.l2Announcements = announces
    }
    if let gateway = reader.optional("gatewayAPI", .truth, "Serves Gateways and their routes.", byDefault: false) {
      options.gatewayAPI = gateway
    }
    if let hubble = reader.optional(
      "hubble", .truth, "Shows flows, in a web page and with a command.", byDefault: false)
    {
      options.hubble = hubble
    }
    if let routing = reader.optional(
      "routing", Shape<Options.Routing>.choice,
      "Whether pods' packets travel in a tunnel, or as they are where all nodes share a network.", byDefault: "tunnel")
    {
      options.routing = routing
    }
    if let policy = reader.optional(
      "policy", Shape<Options.Policy>.choice,
      "default-deny lets through only what the cluster file gives a reason for.", byDefault: "allow")
    {
      options.policy = policy
    }
    return options
  }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    let network = context.blueprint.network
    let isTalos = context.blueprint.kubernetes?.distribution == .talos
    let hasIPv6 = network.pods.contains { $0.value.address.family == .v6 }
    var values: JSON = [
      "kubeProxyReplacement": .bool(options.replacesKubeProxy),
      "operator": ["replicas": .int(min(2, max(1, context.blueprint.nodes.count)))],
      "ipam": ["mode": "kubernetes"],
      "ipv6": ["enabled": .bool(hasIPv6)],
      "hubble": ["enabled": .bool(options.hubble)],
      "l2announcements": ["enabled": .bool(options.l2Announcements)],
      "gatewayAPI": ["enabled": .bool(options.gatewayAPI)],
    ]
    if options.hubble {
      values["hubble"] = [
        "enabled": true,
        // They find the agents by name, and who answers for names starts after Cilium.
        "relay": ["enabled": true, "annotations": ["croft.dev/ready": "exists"]],
        "ui": ["enabled": true, "annotations": ["croft.dev/ready": "exists"]],
        // Certificates made at each rendering would change with each deploy.
        "tls": ["auto": ["method": "cronJob"]],
      ]
    }
    if context.has("kube-prometheus-stack") {
      values["prometheus"] = ["enabled": true]
      values["dashboards"] = ["enabled": true]
      values[path: "operator", "dashboards"] = ["enabled": true]
      if options.hubble {
        values[path: "hubble", "metrics"] = [
          "enabled": ["dns", "drop", "tcp", "flow", "icmp", "port-distribution"], "dashboards": ["enabled": true],
        ]
      }
    }
    if options.routing == .native {
      values["routingMode"] = "native"
      values["autoDirectNodeRoutes"] = true
      for pods in network.pods {
        values[pods.value.address.family == .v6 ? "ipv6NativeRoutingCIDR" : "ipv4NativeRoutingCIDR"] = .string(
          "\(pods.value)")
      }
    }
    // Proxies inside pods see the addresses of Services, as they expect.
    if context.has("tailscale-operator") || context.has("linkerd") { values["socketLB"] = ["hostNamespaceOnly": true] }
    // Announcements renew a lease for each Service.
    if options.l2Announcements { values["k8sClientRateLimit"] = ["qps": 20, "burst": 40] }
    if options.replacesKubeProxy {
      values["k8sServiceHost"] = .string(isTalos ? "localhost" : apiHost(context.blueprint))
      values["k8sServicePort"] = .int(isTalos ? 7445 : context.blueprint.kubernetes?.port ?? 6443)
    }
    if isTalos {
      values["cgroup"] = ["autoMount": ["enabled": false], "hostRoot": "/sys/fs/cgroup"]
      values[path: "securityContext", "capabilities", "ciliumAgent"] = .array(capabilities.agent.map { .string($0) })
      values[path: "securityContext", "capabilities", "cleanCiliumState"] = .array(
        capabilities.clean.map { .string($0) })
    }
    var contribution = Contribution(
      values: values, objects: options.l2Announcements ? announcements(of: network) : [],
      waitFor: ["daemonset/kube-system/cilium", "deployment/kube-system/cilium-operator"])
    contribution.monitors = [
      Monitor(.pod, labels: ["k8s-app": "cilium"], port: "prometheus"),
      Monitor(.pod, labels: ["io.cilium/app": "operator"], port: "prometheus"),
    ]
    // https://docs.cilium.io/en/stable/observability/hubble/
    if options.hubble {
      contribution.page = WebPage("hubble-ui", port: 80)
      contribution.monitors.append(Monitor(.pod, labels: ["k8s-app": "cilium"], port: "hubble-metrics"))
      contribution.overhead = Overhead(memory: 256, cpu: 100, memoryPerNode: 384, cpuPerNode: 100)
    }
    return contribution
  }

  /// Where a node finds the API server before there are Services.
  private static func apiHost(_ blueprint: Blueprint) -> String {
    if let address = blueprint.network.controlPlaneVIP ?? blueprint.servers.first?.addresses.first {
      return "\(address.value)"
    }
    return blueprint.servers.first?.name ?? "127.0.0.1"
  }

  /// What Talos allows: no kernel modules are loaded (https://docs.siderolabs.com/talos, "Deploying Cilium").
  private static let capabilities = (
    agent: [
      "CHOWN", "KILL", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "SYS_ADMIN", "SYS_RESOURCE", "DAC_OVERRIDE", "FOWNER",
      "SETGID", "SETUID",
    ], clean: ["NET_ADMIN", "SYS_ADMIN", "SYS_RESOURCE"]
  )

  private static func announcements(of network: NetworkSpec) -> [JSON] {
    let pools: [JSON] = network.pools.map { pool in
      let blocks: [JSON] = pool.ranges.map {
        ["start": .string("\($0.value.first)"), "stop": .string("\($0.value.last)")]
      }
      var spec: JSON = ["blocks": .array(blocks)]
      // Of several, a Service says which one it wants.
      if network.pools.count > 1 { spec["serviceSelector"] = ["matchLabels": ["croft.dev/pool": .string(pool.name)]] }
      return [
        "apiVersion": "cilium.io/v2", "kind": "CiliumLoadBalancerIPPool", "metadata": ["name": .string(pool.name)],
        "spec": spec,
      ]
    }
    if pools.isEmpty { return [] }
    return pools + [
      [
        "apiVersion": "cilium.io/v2alpha1", "kind": "CiliumL2AnnouncementPolicy", "metadata": ["name": "default"],
        "spec": ["loadBalancerIPs": true, "externalIPs": true],
      ]
    ]
  }
}
