package import Blueprint
import JSON
import YAML

/// https://www.wireguard.com/quickstart/ – the tunnel itself, with the users that the file lists and no page to manage
/// them on. It keeps nothing that is not in the file or in its Secret, and so needs no volume.
package enum WireGuard: Component {
  package struct Options: LoadBalanced {
    package var pool: Located<String>?
    package var address: Located<IPAddress>?
    package var port = 51820
    /// Of the clients; empty: `network.vpn`.
    package var networks: [Located<CIDR>] = []
    package var users: [User] = []
    package var secret = "wireguard"
    package var key = "private-key"
    /// Releases whose hosts a Caddy beside the tunnel serves.
    package var caddy: [Located<String>] = []

    package struct User: Sendable, Equatable {
      package enum PublicKey: Sendable, Equatable {
        /// 32 bytes in base64.
        case text(String)
        /// A key of the Secret.
        case secret(String)
      }
      package var name: String
      package var publicKey: PublicKey
      /// At most one of each family.
      package var addresses: [Located<IPAddress>]
      package var isEnabled = true
    }
    /// Those that may come in.
    package var enabledUsers: [User] { users.filter(\.isEnabled) }
    package init() {}
  }

  private static let version = "1.0.20250521-r1-ls110"
  private static let usual = "10.13.13.0/24"

  package static let about = About(
    "wireguard", "Lets the users that the file lists into the house from anywhere.", namespace: "wireguard",
    isPrivileged: true, dependsOn: ["metallb"], after: ["cilium", "coredns"],
    nodes: NodeRequirements(modules: ["wireguard"]), overhead: Overhead(memory: 32, cpu: 20))

  package static func options(_ reader: inout MappingReader) -> Options? {
    var options = Options()
    (options.pool, options.address) = reader.poolAndAddress()
    options.port =
      reader.optional("port", .port, "The port that clients reach it at, of UDP.", byDefault: 51820) ?? options.port
    options.networks =
      reader.optional(
        "networks", .oneOrMany(.located(.cidr)),
        "Where clients have their addresses. By default 'network.vpn', or \(usual).") ?? []
    options.users =
      reader.optional("users", users, "Who may come in: names, each with a public key and addresses.") ?? []
    options.secret =
      reader.optional(
        "secret", .subdomain("the name of a Secret"), "The Secret with the server's private key.",
        byDefault: "wireguard") ?? options.secret
    options.key =
      reader.optional("key", .dataKey, "The private key's key in it.", byDefault: "private-key") ?? options.key
    options.caddy =
      reader.optional(
        "caddy", .list(.located(.label("the name of a release"))),
        "Exposed releases whose hosts a Caddy beside the tunnel serves too, at the tunnel's own address.") ?? []
    return options
  }

  private static var users: Shape<[Options.User]> {
    .pairs("a mapping of users by name", user) { name, user in
      var user = user
      user.name = name
      return user
    }
  }

  private static var user: Shape<Options.User> {
    .section("a user of the VPN") { reader in
      let text = reader.optional("publicKey", publicKey, "What 'wg pubkey' prints for the user's private key.")
      let secret = reader.optional("publicKeySecret", .dataKey, "The key of the Secret where that is, if not here.")
      let addresses = reader.required(
        "address", .oneOrMany(.located(.address)), "The user's own address in the VPN, of one or both families.")
      let isEnabled = reader.optional(
        "enabled", .truth, "Whether the user may come in. Without it the address stays the user's.", byDefault: true)
      if reader.choose(among: ["publicKey", "publicKeySecret"]) == .none {
        reader.reportMissing(
          ["publicKey", "publicKeySecret"], code: "CR0203", "a user of the VPN needs 'publicKey' or 'publicKeySecret'",
          at: reader.span, fix: "add one of the two")
      }
      guard let key = text.map(Options.User.PublicKey.text) ?? secret.map(Options.User.PublicKey.secret),
        let addresses
      else { return nil }
      return Options.User(name: "", publicKey: key, addresses: addresses, isEnabled: isEnabled ?? true)
    }
  }

  private static var publicKey: Shape<String> {
    .scalar("a public key of WireGuard", schema: Schema.pattern("^[A-Za-z0-9+/]{43}=$")) { text throws(Fault) in
      guard text.utf8.count == 44, text.hasSuffix("="),
        text.dropLast().allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "+" || $0 == "/") })
      else {
        throw Fault(
          code: "CR0213", message: "this is not a public key of WireGuard",
          fix: "write the 44 characters that 'wg pubkey' prints")
      }
      return text
    }
  }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    let text = configuration(options, networks(options, context))
    let configMap = "\(context.name)-\(text.fingerprint)"
    let caddy = WireGuardCaddy(options, context)
    let balancer = context.loadBalancer(options, sharing: caddy == nil ? nil : context.name)
    let registered = options.enabledUsers.compactMap { user in
      if case .secret(let key) = user.publicKey { key } else { nil }
    }
    let image = "lscr.io/linuxserver/wireguard:\(context.use.version?.value ?? version)"
    var workload = Workload(image: image, span: context.use.release.span)
    // The image's own start would write into the configuration.
    workload.command = ["/bin/bash", "-c"]
    workload.args = ["wg-quick up /etc/wireguard/config/wg0.conf && exec sleep infinity"]
    workload.ports = [.init(name: "wireguard", port: options.port, transport: "UDP")]
    workload.probe = .init(.command(["wg", "show", "wg0"]))
    workload.storage = [
      .init(name: "config", mount: "/etc/wireguard/config", source: .configMap(configMap), readOnly: true),
      .init(name: "key", mount: "/etc/wireguard/key", source: .secret(options.secret), readOnly: true),
    ]
    workload.security.user = 0
    workload.security.capabilities = ["NET_ADMIN", "NET_RAW"]
    workload.resources.cpu = "20m"
    workload.resources.memory = "32Mi"
    workload.service.type = .loadBalancer
    workload.service.annotations = balancer.annotations
    if let caddy {
      workload.sidecars = [caddy.container]
      workload.sidecarVolumes = caddy.volumes
    }
    var contribution = Contribution(
      source: .image(workload),
      objects: [
        [
          "apiVersion": "v1", "kind": "ConfigMap", "metadata": context.metadata(configMap),
          "data": ["wg0.conf": .string(text)],
        ]
      ] + (caddy?.objects(balancer) ?? []), waitFor: ["deployment/\(context.namespace)/\(context.name)"],
      dependsOn: caddy.map { [$0.issuer.part] } ?? [],
      secrets: [
        SecretNeed(
          options.secret, in: context.namespace, keys: [options.key] + registered,
          for: "The VPN server's private key, as 'wg genkey' prints it"
            + (registered.isEmpty ? "" : ", and public keys of users"))
      ],
      openings: [
        Opening(.ingress, .world, ports: [options.port], transport: "UDP", because: "users come in from anywhere"),
        Opening(.egress, .world, because: "users reach the house, and the Internet through it"),
      ] + doors(context) + (caddy?.openings ?? []))
    contribution.patches = patches(balancer.labels, image, context)
    contribution.problems = problems(options, context) + WireGuardCaddy.problems(options, context)
    return contribution
  }

  /// Who else brings the house to the cluster, and who tells it names: users come to them as from its own pod.
  private static func doors(_ context: ComponentContext) -> [Opening] {
    let kinds: Set<String> = ["adguard-home", "ingress-nginx", "k8s-gateway", "pihole", "traefik"]
    return context.blueprint.components.filter { kinds.contains($0.component) }.flatMap { use in
      let usual = component(named: use.component)?.about.namespace
      let namespace = use.namespace?.name ?? usual ?? use.name
      return ["TCP", "UDP"].map {
        Opening(
          .egress, .pods(namespace: namespace, labels: [:]), transport: $0,
          because: "users of the VPN come to '\(use.name)' as the house does")
      }
    }
  }

  private static func networks(_ options: Options, _ context: ComponentContext) -> [CIDR] {
    let given = options.networks.isEmpty ? context.blueprint.network.vpn : options.networks
    return given.isEmpty ? [try? CIDR(parsing: usual)].compactMap { $0 } : given.map(\.value)
  }

  /// https://man7.org/linux/man-pages/man8/wg-quick.8.html
  private static func configuration(_ options: Options, _ networks: [CIDR]) -> String {
    var lines = ["[Interface]"]
    for network in networks {
      var address = network.range.first
      address.bits += 1
      lines.append("Address = \(address)/\(network.prefix)")
    }
    lines += [
      "ListenPort = \(options.port)", "PostUp = wg set %i private-key /etc/wireguard/key/\(options.key)",
    ]
    for network in networks {
      let tool = network.address.family == .v6 ? "ip6tables" : "iptables"
      lines.append("PostUp = \(tool) -t nat -A POSTROUTING -s \(network) ! -o %i -j MASQUERADE")
    }
    // Peers of the file are a section each; those of the Secret are told to the device when it is up.
    var peers: [String] = []
    for user in options.enabledUsers {
      let addresses = user.addresses.map { "\($0.value)/\($0.value.family == .v6 ? 128 : 32)" }
      switch user.publicKey {
      case .text(let key):
        peers += [
          "", "# \(user.name)", "[Peer]", "PublicKey = \(key)", "AllowedIPs = \(addresses.joined(separator: ", "))",
        ]
      case .secret(let key):
        let peer = "peer \"$(cat /etc/wireguard/key/\(key))\" allowed-ips \(addresses.joined(separator: ","))"
        lines += ["# \(user.name)", "PostUp = wg set %i \(peer)"]
      }
    }
    lines += peers
    return lines.joined(separator: "\n") + "\n"
  }

  /// The pod passes packets on, which it has to be told from outside; the Service says which pool it wants.
  private static func patches(
    _ labels: [String: String], _ image: String, _ context: ComponentContext
  ) -> [ObjectPatch] {
    let span = context.use.release.span
    let settings = [
      "net.ipv4.ip_forward=1", "net.ipv4.conf.all.src_valid_mark=1", "net.ipv6.conf.all.forwarding=1",
    ]
    let sysctls: JSON = [
      [
        "name": "forwarding", "image": .string(image),
        "command": .array((["sysctl", "-e", "-w"] + settings).map { .string($0) }),
        "securityContext": ["privileged": true, "runAsUser": 0, "runAsNonRoot": false],
      ]
    ]
    var patches = [
      ObjectPatch(
        target: .init(kind: "Deployment", name: context.name),
        change: .operations([
          ["op": "add", "path": "/spec/strategy", "value": ["type": "Recreate"]],
          ["op": "add", "path": "/spec/template/spec/initContainers", "value": sysctls],
        ]), span: span)
    ]
    if !labels.isEmpty {
      patches.append(
        ObjectPatch(
          target: .init(kind: "Service", name: context.name),
          change: .merge(["metadata": ["labels": .strings(labels)]]), span: span))
    }
    return patches
  }

  private static func problems(_ options: Options, _ context: ComponentContext) -> [ComponentProblem] {
    let networks = networks(options, context)
    var problems: [ComponentProblem] = []
    var owners: [IPAddress: String] = [:]
    for user in options.users {
      for address in user.addresses {
        if !networks.contains(where: { $0.contains(address.value) }) {
          problems.append(
            ComponentProblem(
              "\(address.value) of the VPN's user '\(user.name)' is in none of its networks",
              fix: "choose one in \(networks.map { "\($0)" }.joined(separator: " or "))", at: address.span))
        }
        if let other = owners.updateValue(user.name, forKey: address.value) {
          problems.append(
            ComponentProblem(
              "\(address.value) is the address of two users of the VPN, '\(other)' and '\(user.name)'",
              fix: "give one of them another", at: address.span))
        }
      }
    }
    return problems
  }
}
