package import Blueprint
import JSON

/// https://github.com/k8s-gateway/k8s_gateway – the home's DNS server sends questions for the domain here.
package enum K8sGateway: Component {
  package struct Options: LoadBalanced {
    package var pool: Located<String>?
    package var address: Located<IPAddress>?
    /// Empty: the cluster's own.
    package var domains: [String] = []
    /// Seconds that an answer holds.
    package var ttl = 300
  }

  package static let about = About(
    "k8s-gateway", "Answers the home network for the names of everything that is exposed.",
    chart: ChartReference("https://k8s-gateway.kryptonian.kapsi.fi", "k8s-gateway", "3.7.2"), namespace: "network",
    dependsOn: ["metallb", "gateway-api"], after: ["cilium", "coredns"], overhead: Overhead(memory: 64, cpu: 10))

  package static func options(_ reader: inout MappingReader) -> Options? {
    var options = Options()
    (options.pool, options.address) = reader.poolAndAddress()
    options.domains =
      reader.optional("domains", .list(.subdomain("a domain")), "What it answers for. By default the cluster's domain.")
      ?? []
    options.ttl =
      reader.optional("ttl", .whole(0...86400, "seconds"), "Seconds that an answer holds.", byDefault: 300) ?? 300
    return options
  }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    let balancer = context.loadBalancer(options)
    let domains = options.domains.isEmpty ? context.blueprint.domain.map { [$0] } ?? [] : options.domains
    let watched: [JSON] = ["Ingress", "Service"] + (context.has("gateway-api") ? ["HTTPRoute", "GRPCRoute"] : [])
    let values: JSON = [
      "domain": .string(domains.joined(separator: " ")), "ttl": .int(options.ttl), "watchedResources": .array(watched),
      "service": .members([
        "annotations": .strings(balancer.annotations), "labels": .strings(balancer.labels),
        "externalTrafficPolicy": "Local", "useTcp": true,
        "ipFamilyPolicy": context.isDualStack ? "PreferDualStack" : nil,
      ]),
      "resources": ["requests": ["cpu": "10m", "memory": "64Mi"]],
    ]
    var contribution = Contribution(
      values: values, waitFor: ["deployment/\(context.namespace)/\(context.fullName(about.name))"],
      openings: [
        Opening(.ingress, .world, ports: [1053], transport: "UDP", because: "the home network asks it for names"),
        Opening(.ingress, .world, ports: [1053], because: "long answers come over TCP"),
        Opening(.egress, .host, because: "it learns from the API server what is exposed"),
      ])
    if domains.isEmpty {
      contribution.problems.append(
        ComponentProblem(
          "'\(context.name)' has no domain to answer for",
          fix: "add 'domain:' at the top of the file, or 'domains:' here"
        ))
    }
    return contribution
  }
}
