package import Blueprint
import Diagnostics
import JSON

/// https://github.com/AdguardTeam/AdGuardHome/wiki – its makers have no chart.
package enum AdGuardHome: Component {
  package struct Options: LoadBalanced {
    package var pool: Located<String>?
    package var address: Located<IPAddress>?
    package var upstream: [String] = []
    package var storage = StorageChoice(size: "2Gi")
    /// Of the user `admin`, as bcrypt has it; `nil`: the page asks nobody.
    package var passwordHash: String?
    package var rewrites: [Rewrite] = []

    package struct Rewrite: Sendable, Equatable {
      package var domain: String
      package var answer: String
    }
  }

  private static let image = "v0.107.79"

  package static let about = About(
    "adguard-home", "Answers the home network for names, and keeps advertisements away.",
    chart: ChartReference("https://helm-charts.rm3l.org", "adguard-home", "0.24.1", kubernetes: 22),
    namespace: "adguard-home",
    dependsOn: ["metallb"], after: ["cilium", "coredns"] + StorageChoice.providers,
    overhead: Overhead(memory: 128, cpu: 50))

  package static func options(_ reader: inout MappingReader) -> Options? {
    var options = Options()
    (options.pool, options.address) = reader.poolAndAddress()
    options.upstream =
      reader.optional(
        "upstream", .list(.filled("a server such as https://dns.quad9.net/dns-query or 9.9.9.9")),
        "The servers that it asks: addresses, or URLs with https, tls or quic. By default those of 'network.dns'.")
      ?? []
    options.storage = reader.storage(size: "2Gi")
    options.passwordHash = reader.optional(
      "passwordHash", bcrypt,
      "The password of the user admin, as 'htpasswd -nB admin' prints it. Read at the first start."
    )
    options.rewrites =
      reader.optional("rewrites", rewrites, "Names that it answers for itself: a domain and an address or a name.")
      ?? []
    return options
  }

  private static var bcrypt: Shape<String> {
    .scalar("a bcrypt hash such as $2y$10$…", schema: Schema.pattern("^\\$2[aby]\\$[0-9]{2}\\$[./A-Za-z0-9]{53}$")) {
      text throws(Fault) in
      guard text.utf8.count == 60, text.hasPrefix("$2") else {
        throw Fault(
          code: "CR0213", message: "this is not a bcrypt hash",
          fix: "write what 'htpasswd -nB admin' prints after 'admin:'"
        )
      }
      return text
    }
  }

  private static var rewrites: Shape<[Options.Rewrite]> {
    .pairs("a mapping of domains to answers", .certificateName) { Options.Rewrite(domain: $0, answer: $1) }
  }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    let balancer = context.loadBalancer(options)
    let network = context.blueprint.network.dns.map { "\($0.value)" }
    let upstream = options.upstream.isEmpty ? network : options.upstream
    let plain = network.isEmpty ? [PublicResolvers.quad9, PublicResolvers.cloudflare] : network
    let name = context.fullName(about.name)
    let off: JSON = ["enabled": false]
    let values: JSON = [
      "image": ["tag": .string(image)], "strategy": ["type": "Recreate"],
      "services": [
        "https": off, "dnsOverTls": off, "dnsOverQuic": off, "dnscrypt": off,
        "dns": [
          "type": "LoadBalancer", "annotations": .strings(balancer.annotations), "externalTrafficPolicy": "Local",
        ],
      ],
      "persistence": ["volumeClaimSpec": options.storage.claim],
      // It migrates this old form by itself, and keeps its own copy from then on.
      "bootstrapConfig": [
        "users": options.passwordHash.map { [["name": "admin", "password": .string($0)]] } ?? [],
        "dns": [
          "upstream_dns": .array((upstream.isEmpty ? plain : upstream).map { .string($0) }),
          "bootstrap_dns": .array(plain.map { .string($0) }),
          "rewrites": .array(options.rewrites.map { ["domain": .string($0.domain), "answer": .string($0.answer)] }),
        ],
        // The chart has a certificate that everybody knows the key of.
        "tls": ["enabled": false, "server_name": "", "certificate_chain": "", "private_key": ""],
      ],
      "resources": ["requests": ["cpu": "50m", "memory": "128Mi"]],
    ]
    var contribution = Contribution(
      values: values, waitFor: ["deployment/\(context.namespace)/\(name)"], openings: Opening.namesFromHome)
    contribution.page = WebPage("\(name)-http", port: 80)
    // The chart gives its Services no labels of one's own.
    if !balancer.labels.isEmpty {
      contribution.patches = [
        ObjectPatch(
          target: .init(kind: "Service", name: "\(name)-dns"),
          change: .merge(["metadata": ["labels": .strings(balancer.labels)]]), span: context.use.release.span)
      ]
    }
    if options.passwordHash == nil, context.use.release.exposures.contains(where: { $0.authentication?.value != .sso })
    {
      contribution.problems.append(
        ComponentProblem(
          "anybody who reaches the page of '\(context.name)' can change it", .warning,
          fix: "add 'passwordHash:', or 'auth: sso' to its 'expose'"))
    }
    return contribution
  }
}
