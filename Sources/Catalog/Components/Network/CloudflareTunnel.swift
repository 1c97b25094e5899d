package import Blueprint
import Diagnostics
import JSON
import YAML

/// https://github.com/cloudflare/cloudflared – without a chart: its makers' one has been left alone since 2024.
package enum CloudflareTunnel: Component {
  package struct Options: ComponentOptions {
    /// The tunnel's id or name; `nil`: its routes are kept at Cloudflare, and it is found by its token.
    package var tunnel: String?
    package var replicas = 2
    package var secret = "cloudflare-tunnel"
    /// Hosts that lead elsewhere than to an application of the file.
    package var routes: [TunnelRoute] = []
  }

  private static let version = "2026.8.2"
  private static let folder = "/etc/cloudflared"

  package static let about = About(
    "cloudflare-tunnel", "Brings clients from the Internet in through Cloudflare, without an open port at home.",
    namespace: "cloudflare-tunnel", after: ["coredns"], overhead: Overhead(memory: 128, cpu: 20))

  package static func options(_ reader: inout MappingReader) -> Options? {
    var options = Options()
    options.tunnel = reader.optional(
      "tunnel", .subdomain("the id or the name of a tunnel"),
      "The tunnel's id, or its name: its routes then follow from 'expose'. Without it they are kept at Cloudflare.")
    options.replicas =
      reader.optional("replicas", .whole(1...10, "a number of pods"), "How many pods there are.", byDefault: 2) ?? 2
    options.secret =
      reader.optional(
        "secret", .subdomain("the name of a Secret"),
        "The Secret with the tunnel's credentials.json, or with its token.", byDefault: "cloudflare-tunnel")
      ?? options.secret
    options.routes = reader.optional("routes", routes, "More hosts, and the URLs that they lead to.") ?? []
    if options.tunnel == nil, let routes = reader.span(of: "routes"), reader.entry("tunnel") == nil {
      reader.problems.report(
        "CR0203", "'routes' needs 'tunnel' beside it", at: routes,
        fix: "add 'tunnel:', or keep the routes at Cloudflare alone")
    }
    return options
  }

  private static var routes: Shape<[TunnelRoute]> {
    .pairs("a mapping of hosts to URLs", .filled("a URL such as http://web.web.svc.cluster.local:8080")) {
      TunnelRoute(host: $0, path: "/", service: $1)
    }
  }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    let isLocal = options.tunnel != nil
    let key = isLocal ? "credentials.json" : "token"
    var workload = Workload(
      image: "docker.io/cloudflare/cloudflared:\(context.use.version?.value ?? version)", span: context.use.release.span
    )
    workload.replicas = options.replicas
    workload.ports = [.init(name: "metrics", port: 2000)]
    workload.probe = .init(.http(path: "/ready", port: 2000))
    workload.env = [
      .init(name: "TUNNEL_METRICS", value: .text("0.0.0.0:2000")), .init(name: "NO_AUTOUPDATE", value: .text("true")),
    ]
    if isLocal {
      workload.args = ["tunnel", "--config", "\(folder)/config/config.yaml", "run"]
      workload.storage = [
        .init(
          name: "credentials", mount: "\(folder)/credentials", source: .secret(options.secret), readOnly: true)
      ]
    } else {
      workload.args = ["tunnel", "run"]
      workload.env.append(.init(name: "TUNNEL_TOKEN", value: .secret(name: options.secret, key: key)))
    }
    workload.security.user = 65532
    workload.security.group = 65532
    workload.security.readOnlyRootFilesystem = true
    workload.resources.cpu = "10m"
    workload.resources.memory = "64Mi"
    var contribution = Contribution(
      source: .image(workload), waitFor: ["deployment/\(context.namespace)/\(context.name)"],
      secrets: [
        SecretNeed(
          options.secret, in: context.namespace, keys: [key],
          for: isLocal ? "Credentials of the tunnel, as 'cloudflared tunnel create' writes them" : "Token of the tunnel"
        )
      ],
      openings: [
        Opening(.egress, .world, ports: [7844], transport: "UDP", because: "the tunnel goes to Cloudflare over QUIC"),
        Opening(.egress, .world, ports: [443, 7844], because: "the tunnel goes over HTTP/2 where UDP is blocked"),
        Opening(.egress, .cluster, because: "it passes requests on to applications"),
      ])
    contribution.overhead = Overhead(memory: 64 * options.replicas, cpu: 10 * options.replicas)
    contribution.monitors = [Monitor(.service, labels: ["app.kubernetes.io/instance": context.name], port: "metrics")]
    if let tunnel = options.tunnel, address(of: tunnel) == nil, context.has("external-dns") {
      contribution.problems.append(
        ComponentProblem(
          "'\(context.name)' knows its tunnel by the name '\(tunnel)', which no DNS record can lead to", .warning,
          fix: "write its id instead, as 'cloudflared tunnel list' shows it"))
    }
    return contribution
  }

  /// The host that Cloudflare gives a tunnel by its id; `nil` of a name.
  static func address(of tunnel: String) -> String? {
    let parts = tunnel.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.map(\.count) == [8, 4, 4, 4, 12], parts.allSatisfy({ $0.allSatisfy(\.isHexDigit) }) else { return nil }
    return "\(tunnel).cfargotunnel.com"
  }

  /// The release with its routes: those of the whole cluster, which nobody knows before all releases are there.
  static func release(_ release: Release, _ options: Options, leadingTo routes: [TunnelRoute]) -> Release {
    guard let tunnel = options.tunnel, var workload = release.workload else { return release }
    let own = options.routes.map(\.json)
    let taken = Set(options.routes.map(\.host))
    let rules = own + routes.filter { !taken.contains($0.host) }.map(\.json) + [TunnelRoute.otherwise]
    let configuration: JSON = [
      "tunnel": .string(tunnel), "credentials-file": .string("\(folder)/credentials/credentials.json"),
      "ingress": .array(rules),
    ]
    let text = configuration.yaml
    // cloudflared reads it once: with another name for each content, new routes come with new pods.
    let name = "\(release.name)-\(text.fingerprint)"
    workload.storage.append(.init(name: "config", mount: "\(folder)/config", source: .configMap(name), readOnly: true))
    var release = release
    release.workload = workload
    release.additions.append([
      "apiVersion": "v1", "kind": "ConfigMap", "metadata": release.metadata(name),
      "data": ["config.yaml": .string(text)],
    ])
    return release
  }
}
