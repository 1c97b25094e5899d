package import Blueprint
import JSON

/// https://github.com/coredns/helm/tree/master/charts/coredns
package enum CoreDNS: Component {
  package struct Options: ComponentOptions {
    /// Of the Service; `nil`: the tenth of the Services' network, as every distribution has it.
    package var address: Located<IPAddress>?
    package var replicas: Int?
    /// Zones that are asked for elsewhere.
    package var forward: [Zone] = []

    package struct Zone: Sendable, Equatable {
      package var name: String
      package var servers: [String]
    }
  }

  package static let about = About(
    "coredns", "Answers for the names of Services, and asks for all others elsewhere.",
    chart: ChartReference("https://coredns.github.io/helm", "coredns", "1.46.2"), namespace: "kube-system",
    dependsOn: ["cilium"], overhead: Overhead(memory: 256, cpu: 200))

  package static func options(_ reader: inout MappingReader) -> Options? {
    var options = Options()
    options.address = reader.optional(
      "address", .located(.address), "Where pods ask. By default the tenth address of the Services' network.")
    options.replicas = reader.optional(
      "replicas", .whole(1...20, "a number of pods"), "How many pods there are. By default two, on as many nodes.")
    options.forward =
      reader.optional("forward", zones, "Zones that other servers answer for: a domain and their addresses.") ?? []
    return options
  }

  private static var zones: Shape<[Options.Zone]> {
    .pairs("a mapping of domains to addresses", .oneOrMany(.address)) { name, servers in
      Options.Zone(name: name, servers: servers.map { "\($0)" })
    }
  }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    let network = context.blueprint.network
    let replicas = options.replicas ?? context.replicas(upTo: 2)
    var service: JSON = ["name": "kube-dns"]
    let addresses = options.address.map { [$0.value] } ?? network.services.compactMap { tenth(of: $0.value) }
    if let first = addresses.first {
      service["clusterIP"] = .string("\(first)")
      if addresses.count > 1 {
        service["clusterIPs"] = .array(addresses.map { .string("\($0)") })
        service["ipFamilyPolicy"] = "RequireDualStack"
      }
    }
    let upstream = network.dns.isEmpty ? "/etc/resolv.conf" : network.dns.map { "\($0.value)" }.joined(separator: " ")
    let values: JSON = [
      "replicaCount": .int(replicas), "priorityClassName": "system-cluster-critical",
      // Programs look for the cluster's DNS by this label, whoever it is.
      "k8sAppLabelOverride": "kube-dns",
      "service": service, "serviceAccount": ["create": true], "tolerations": .array(context.systemTolerations),
      "servers": .array([server(".", to: upstream)] + options.forward.map(forwarded)),
      "prometheus": ["service": ["enabled": true]],
    ]
    let name = context.fullName("coredns")
    var contribution = Contribution(
      values: values, waitFor: ["deployment/\(context.namespace)/\(name)"],
      openings: [
        Opening(.ingress, .cluster, ports: [53], transport: "UDP", because: "every pod asks it for names"),
        Opening(.ingress, .cluster, ports: [53], because: "long answers come over TCP"),
        Opening(.egress, .host, because: "it learns the Services from the API server"),
        Opening(.egress, .world, ports: [53], transport: "UDP", because: "it asks for names outside the cluster"),
        Opening(.egress, .world, ports: [53], because: "it asks for long answers over TCP"),
      ])
    contribution.overhead = Overhead(memory: 128 * replicas, cpu: 100 * replicas)
    contribution.monitors = [
      Monitor(
        .service, labels: ["app.kubernetes.io/instance": context.name, "app.kubernetes.io/component": "metrics"],
        port: "metrics")
    ]
    return contribution
  }

  /// `10.43.0.10` of `10.43.0.0/16`.
  static func tenth(of services: CIDR) -> IPAddress? {
    var address = services.range.first
    address.bits += 10
    return services.contains(address) ? address : nil
  }

  /// A server block for names of the cluster and all others. A list of one's own replaces the chart's.
  private static func server(_ zone: String, to upstream: String) -> JSON {
    [
      "zones": [["zone": .string(zone), "use_tcp": true]], "port": 53,
      "plugins": [
        ["name": "errors"], ["name": "health", "configBlock": "lameduck 10s"], ["name": "ready"],
        [
          "name": "kubernetes", "parameters": "cluster.local in-addr.arpa ip6.arpa",
          "configBlock": "pods insecure\nfallthrough in-addr.arpa ip6.arpa\nttl 30",
        ],
        ["name": "prometheus", "parameters": "0.0.0.0:9153"],
        ["name": "forward", "parameters": .string(". \(upstream)")], ["name": "cache", "parameters": 30],
        ["name": "loop"], ["name": "reload"], ["name": "loadbalance"],
      ],
    ]
  }

  private static func forwarded(_ zone: Options.Zone) -> JSON {
    [
      "zones": [["zone": .string("\(zone.name)."), "use_tcp": true]], "port": 53,
      "plugins": [
        ["name": "errors"],
        ["name": "forward", "parameters": .string(". \(zone.servers.joined(separator: " "))")],
        ["name": "cache", "parameters": 30],
      ],
    ]
  }
}
