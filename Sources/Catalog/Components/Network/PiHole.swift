package import Blueprint
import JSON

/// https://github.com/MoJo2600/pihole-kubernetes
package enum PiHole: Component {
  package struct Options: LoadBalanced {
    package var pool: Located<String>?
    package var address: Located<IPAddress>?
    /// Where it asks itself; empty: `network.dns`.
    package var upstream: [IPAddress] = []
    package var storage = StorageChoice(size: "1Gi")
    /// Names that it answers for itself.
    package var records: [Record] = []
    package var secret = "pihole-admin"
    package var key = "password"

    package struct Record: Sendable, Equatable {
      package var name: String
      package var address: IPAddress
    }
    package init() {}
  }

  package static let about = About(
    "pihole", "Answers the home network for names, and keeps advertisements away.",
    chart: ChartReference("https://mojo2600.github.io/pihole-kubernetes/", "pihole", "2.38.0"), namespace: "pihole",
    dependsOn: ["metallb"], after: ["cilium", "coredns"] + StorageChoice.providers,
    overhead: Overhead(memory: 128, cpu: 50))

  package static func options(_ reader: inout MappingReader) -> Options? {
    var options = Options()
    (options.pool, options.address) = reader.poolAndAddress()
    options.upstream =
      reader.optional(
        "upstream", .list(.address), "The two servers that it asks. By default those of 'network.dns'.") ?? []
    options.storage = reader.storage(size: "1Gi")
    options.records = reader.optional("records", records, "Names of the house: a host and its address.") ?? []
    options.secret =
      reader.optional(
        "secret", .subdomain("the name of a Secret"), "The Secret with the password of its page.",
        byDefault: "pihole-admin") ?? options.secret
    options.key =
      reader.optional("key", .dataKey, "The password's key in it.", byDefault: "password") ?? options.key
    return options
  }

  private static var records: Shape<[Options.Record]> {
    .pairs("a mapping of hosts to addresses", .address) { Options.Record(name: $0, address: $1) }
  }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    let balancer = context.loadBalancer(options)
    let given = options.upstream.isEmpty ? context.blueprint.network.dns.map(\.value) : options.upstream
    // The chart takes two.
    let upstream = (given.isEmpty ? [PublicResolvers.quad9, PublicResolvers.cloudflare] : given.map { "\($0)" }).prefix(
      2)
    let entries: [JSON] = options.records.map { .string("address=/\($0.name)/\($0.address)") }
    let values: JSON = .members([
      "DNS1": .string(upstream[0]), "DNS2": upstream.count > 1 ? .string(upstream[1]) : "",
      "virtualHost": context.use.release.exposures.first.map { .string($0.host.value) },
      "admin": ["existingSecret": .string(options.secret), "passwordKey": .string(options.key)],
      // Two pods cannot write to one volume.
      "strategyType": "Recreate",
      "persistentVolumeClaim": .members([
        "enabled": true, "size": .string(options.storage.size),
        "storageClass": options.storage.storageClass.map { .string($0) },
      ]),
      "serviceDhcp": ["enabled": false],
      "serviceDns": .members([
        "mixedService": true, "type": "LoadBalancer", "annotations": .strings(balancer.annotations),
        "extraLabels": .strings(balancer.labels),
      ]),
      "dnsmasq": entries.isEmpty ? nil : ["customDnsEntries": .array(entries)],
      "podDnsConfig": ["nameservers": .array(["127.0.0.1"] + upstream.prefix(1).map { .string($0) })],
      "resources": ["requests": ["cpu": "50m", "memory": "128Mi"]],
    ])
    let name = context.fullName(about.name)
    var contribution = Contribution(
      values: values, waitFor: ["deployment/\(context.namespace)/\(name)"],
      secrets: [
        SecretNeed(options.secret, in: context.namespace, keys: [options.key], for: "The password of Pi-hole's page")
      ],
      openings: Opening.namesFromHome)
    contribution.page = WebPage("\(name)-web", port: 80)
    return contribution
  }
}

extension Opening {
  /// What a server of names for the home network needs.
  static var namesFromHome: [Opening] {
    [
      Opening(.ingress, .world, ports: [53], transport: "UDP", because: "the home network asks it for names"),
      Opening(.ingress, .world, ports: [53], because: "long answers come over TCP"),
      Opening(.egress, .world, ports: [53], transport: "UDP", because: "it asks other servers for names"),
      Opening(
        .egress, .world, ports: [53, 443, 853], because: "it asks other servers, and gets its lists from the web"),
    ]
  }
}

/// Servers of names that anybody may ask, for clusters whose file names none.
enum PublicResolvers {
  static let quad9 = "9.9.9.9"
  static let cloudflare = "1.1.1.1"
}
