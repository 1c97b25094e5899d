package import Blueprint
import JSON

/// https://github.com/kubernetes-sigs/external-dns/tree/master/charts/external-dns – a cluster can have several, one for
/// each server of names.
package enum ExternalDNS: Component {
  package struct Options: ComponentOptions {
    package enum Provider: String, Sendable, CaseIterable { case cloudflare, pihole, unifi }
    package enum Policy: String, Sendable, CaseIterable {
      case sync, upsertOnly = "upsert-only", createOnly = "create-only"
    }
    package var provider: Provider
    /// Empty: the cluster's own.
    package var domains: [String] = []
    /// `nil`: as fits the provider.
    package var policy: Policy?
    package var isProxied = false
    /// UniFi's console.
    package var server: String?
    package var secret: String?
    package var key: String?
  }

  package static let about = About(
    "external-dns", "Tells the servers of a domain the names of everything that is exposed.",
    chart: ChartReference("https://kubernetes-sigs.github.io/external-dns/", "external-dns", "1.21.1"),
    namespace: "external-dns", dependsOn: ["gateway-api"], after: ["coredns"],
    definitions: ["dnsendpoints.externaldns.k8s.io"], overhead: Overhead(memory: 64, cpu: 10))

  package static func options(_ reader: inout MappingReader) -> Options? {
    let provider = reader.required(
      "provider", Shape<Options.Provider>.choice, "Whose server it is. pihole: that of this cluster.")
    let domains = reader.optional(
      "domains", .list(.subdomain("a domain")), "What it may change. By default the cluster's domain.")
    let policy = reader.optional(
      "policy", Shape<Options.Policy>.choice,
      "sync also removes names. By default that with Cloudflare and UniFi, upsert-only with Pi-hole.")
    let proxied = reader.optional(
      "proxied", .truth, "cloudflare: whether clients go through Cloudflare.", byDefault: false)
    let server = reader.optional("server", .webAddress, "unifi: the URL of the console.")
    let secret = reader.optional(
      "secret", .subdomain("the name of a Secret"),
      "The Secret with the provider's token. By default cloudflare, unifi, or Pi-hole's own.")
    let key = reader.optional("key", .dataKey, "The token's key in it. By default api-token, api-key or password.")
    if let provider, provider != .unifi {
      reader.refuse(["server"], besides: "provider", because: "only a UniFi console is found by its URL")
    }
    if provider == .unifi { reader.need(["server"], besides: "provider") }
    guard let provider else { return nil }
    return Options(
      provider: provider, domains: domains ?? [], policy: policy, isProxied: proxied ?? false, server: server,
      secret: secret, key: key)
  }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    let domains = options.domains.isEmpty ? context.blueprint.domain.map { [$0] } ?? [] : options.domains
    // DNSEndpoints are how Croft says that a name is another name of a tunnel.
    var sources: [JSON] = ["service", "ingress", "crd"]
    if context.has("gateway-api") { sources.append("gateway-httproute") }
    let name = context.fullName(about.name)
    let provider = ProviderParts(options, context)
    let policy = options.policy ?? (options.provider == .pihole ? .upsertOnly : .sync)
    let values: JSON = .members([
      "provider": provider.provider, "sources": .array(sources), "policy": .string(policy.rawValue),
      "registry": options.provider == .pihole ? "noop" : "txt",
      // Whose records they are, where several clusters share a zone.
      "txtOwnerId": options.provider == .pihole ? nil : .string("\(context.blueprint.name)-\(context.name)"),
      "domainFilters": .array(domains.map { .string($0) }),
      "env": options.provider == .unifi ? nil : .array(provider.environment),
      "extraArgs": provider.arguments,
      "resources": ["requests": ["cpu": "10m", "memory": "64Mi"]],
    ])
    var contribution = Contribution(
      values: values, waitFor: ["deployment/\(context.namespace)/\(name)"],
      dependsOn: options.provider == .pihole && context.has("pihole") ? ["pihole"] : [],
      secrets: [provider.secret],
      openings: [
        Opening(.egress, .host, because: "it learns from the API server what is exposed"),
        options.provider == .cloudflare
          ? Opening(.egress, .world, ports: [443], because: "it tells Cloudflare")
          : Opening(
            .egress, options.provider == .pihole ? .cluster : .world, ports: [80, 443],
            because: "it tells the server of names"),
      ])
    contribution.monitors = [Monitor(.service, labels: ["app.kubernetes.io/instance": context.name], port: "http")]
    contribution.problems = problems(options, context, domains)
    return contribution
  }

  private static func problems(
    _ options: Options, _ context: ComponentContext, _ domains: [String]
  ) -> [ComponentProblem] {
    var problems: [ComponentProblem] = []
    if domains.isEmpty {
      problems.append(
        ComponentProblem(
          "'\(context.name)' has no domain, and would change every zone that its token opens",
          fix: "add 'domain:' at the top of the file, or 'domains:' here"))
    }
    if options.provider == .pihole, !context.has("pihole") {
      problems.append(
        ComponentProblem(
          "'\(context.name)' tells Pi-hole the names, and the cluster has none", fix: "add 'pihole: {}' to 'platform'"))
    }
    return problems
  }
}

/// What differs from provider to provider.
private struct ProviderParts {
  var provider: JSON
  var environment: [JSON] = []
  var arguments: JSON?
  var secret: SecretNeed

  init(_ options: ExternalDNS.Options, _ context: ComponentContext) {
    func variable(_ name: String, _ secret: String, _ key: String) -> JSON {
      ["name": .string(name), "valueFrom": ["secretKeyRef": ["name": .string(secret), "key": .string(key)]]]
    }
    switch options.provider {
    case .cloudflare:
      let name = options.secret ?? "cloudflare"
      let key = options.key ?? "api-token"
      provider = ["name": "cloudflare"]
      environment = [variable("CF_API_TOKEN", name, key)]
      // Many records for each page: Cloudflare counts requests.
      arguments = ["cloudflare-proxied": .bool(options.isProxied), "cloudflare-dns-records-per-page": 5000]
      secret = SecretNeed(
        name, in: context.namespace, keys: [key], for: "Cloudflare API token that may read the zone and edit its DNS")
    case .pihole:
      let pihole = context.options(of: PiHole.self)
      let name = options.secret ?? pihole?.secret ?? PiHole.Options().secret
      let key = options.key ?? pihole?.key ?? PiHole.Options().key
      let release = context.release(of: "pihole")
      let service = "\(release?.name ?? "pihole")-web.\(release?.namespace ?? "pihole").svc.cluster.local"
      provider = ["name": "pihole"]
      environment = [variable("EXTERNAL_DNS_PIHOLE_PASSWORD", name, key)]
      arguments = ["pihole-server": .string("http://\(service)"), "pihole-api-version": "6"]
      secret = SecretNeed(name, in: context.namespace, keys: [key], for: "Pi-hole's password, to add names to it")
    case .unifi:
      let name = options.secret ?? "unifi"
      let key = options.key ?? "api-key"
      let environment: [JSON] = [
        ["name": "UNIFI_HOST", "value": .string(options.server ?? "")], variable("UNIFI_API_KEY", name, key),
      ]
      // https://github.com/kashalls/external-dns-unifi-webhook
      provider = [
        "name": "webhook",
        "webhook": [
          "image": ["repository": "ghcr.io/kashalls/external-dns-unifi-webhook", "tag": "v0.8.2"],
          "env": .array(environment),
          "livenessProbe": ["httpGet": ["path": "/healthz", "port": "http-webhook"]],
          "readinessProbe": ["httpGet": ["path": "/readyz", "port": "http-webhook"]],
        ],
      ]
      secret = SecretNeed(name, in: context.namespace, keys: [key], for: "API key of the UniFi console")
    }
  }
}
