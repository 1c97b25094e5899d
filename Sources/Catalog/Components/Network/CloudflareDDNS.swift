package import Blueprint
import JSON

/// https://github.com/favonia/cloudflare-ddns – no chart: an image, and what it reads from its environment.
package enum CloudflareDDNS: Component {
  package struct Options: ComponentOptions {
    /// Empty: the cluster's own.
    package var domains: [String] = []
    package var hasIPv4 = true
    package var hasIPv6 = false
    package var isProxied = false
    package var every = Duration.seconds(300)
    package var secret = "cloudflare"
    package var key = "api-token"
  }

  private static let version = "1.17.0"

  package static let about = About(
    "cloudflare-ddns", "Keeps Cloudflare's records at the address that the provider gives the house.",
    namespace: "cloudflare-ddns", after: ["coredns"], overhead: Overhead(memory: 32, cpu: 10))

  package static func options(_ reader: inout MappingReader) -> Options? {
    var options = Options()
    options.domains =
      reader.optional(
        "domains", .list(.certificateName), "The names that are kept current. By default the cluster's domain.") ?? []
    options.hasIPv4 = reader.optional("ipv4", .truth, "Keeps A records.", byDefault: true) ?? true
    options.hasIPv6 =
      reader.optional("ipv6", .truth, "Keeps AAAA records; its pod needs IPv6 to the Internet.", byDefault: false)
      ?? false
    options.isProxied =
      reader.optional("proxied", .truth, "Whether clients go through Cloudflare.", byDefault: false) ?? false
    options.every = reader.optional("every", .duration, "How often it looks.", byDefault: "5m") ?? .seconds(300)
    (options.secret, options.key) = reader.cloudflareToken()
    return options
  }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    let span = context.use.release.span
    let domains = options.domains.isEmpty ? context.blueprint.domain.map { [$0] } ?? [] : options.domains
    var workload = Workload(
      image: "docker.io/favonia/cloudflare-ddns:\(context.use.version?.value ?? version)", span: span)
    workload.env = [
      .init(name: "DOMAINS", value: .text(domains.joined(separator: ","))),
      .init(name: "IP4_PROVIDER", value: .text(options.hasIPv4 ? "cloudflare.trace" : "none")),
      .init(name: "IP6_PROVIDER", value: .text(options.hasIPv6 ? "cloudflare.trace" : "none")),
      .init(name: "PROXIED", value: .text(options.isProxied ? "true" : "false")),
      .init(name: "UPDATE_CRON", value: .text("@every \(options.every.components.seconds)s")),
      .init(name: "EMOJI", value: .text("false")),
      .init(name: "CLOUDFLARE_API_TOKEN", value: .secret(name: options.secret, key: options.key)),
    ]
    workload.security.user = 1000
    workload.security.group = 1000
    workload.security.readOnlyRootFilesystem = true
    workload.resources.cpu = "10m"
    workload.resources.memory = "32Mi"
    var contribution = Contribution(
      source: .image(workload), waitFor: ["deployment/\(context.namespace)/\(context.name)"],
      secrets: [
        SecretNeed(
          options.secret, in: context.namespace, keys: [options.key],
          for: "Cloudflare API token that may edit the zone's DNS, for the house's address")
      ],
      openings: [Opening(.egress, .world, ports: [443], because: "it asks for its address and tells Cloudflare")])
    if domains.isEmpty {
      contribution.problems.append(
        ComponentProblem(
          "'\(context.name)' has no name to keep current",
          fix: "add 'domain:' at the top of the file, or 'domains:' here"))
    }
    return contribution
  }
}

extension MappingReader {
  /// The two keys that say where Cloudflare's token is.
  mutating func cloudflareToken() -> (secret: String, key: String) {
    let secret = optional(
      "secret", .subdomain("the name of a Secret"), "The Secret with Cloudflare's token.", byDefault: "cloudflare")
    let key = optional("key", .dataKey, "The token's key in it.", byDefault: "api-token")
    return (secret ?? "cloudflare", key ?? "api-token")
  }
}
