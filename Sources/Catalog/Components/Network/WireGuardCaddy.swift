import Blueprint
import JSON

/// The Caddy in the tunnel's pod: users reach applications by their usual names at the tunnel's own address, with the
/// same certificates as anywhere.
///
/// https://caddyserver.com/docs/caddyfile
struct WireGuardCaddy {
  static let port = 443
  private static let image = "docker.io/library/caddy:2.11.4-alpine"

  private struct Site {
    var host: String
    var namespace: String
    var backend: Backend

    /// The Secret with its certificate.
    var secret: String { "\(host.slug)-tls" }
    var folder: String { "/certificates/\(host.slug)" }
  }

  let issuer: (name: String, part: String)
  private let sites: [Site]
  private let context: ComponentContext

  /// `nil` where it has nothing to serve, or nobody to make certificates.
  init?(_ options: WireGuard.Options, _ context: ComponentContext) {
    sites = options.caddy.flatMap { Self.sites(of: $0.value, context) }
    guard !sites.isEmpty, let issuer = Platform(context.blueprint).issuer else { return nil }
    self.issuer = (issuer.name, issuer.part.name)
    self.context = context
  }

  private static func sites(of name: String, _ context: ComponentContext) -> [Site] {
    guard let release = context.blueprint.release(name) else { return [] }
    var seen: Set<String> = []
    return release.exposures.compactMap { exposure in
      guard exposure.path == "/", let backend = exposure.backend(of: release), seen.insert(exposure.host.value).inserted
      else { return nil }
      return Site(host: exposure.host.value, namespace: release.namespace.name, backend: backend)
    }
  }

  private var name: String { "\(context.name)-caddy-\(configuration.fingerprint)" }

  private var configuration: String {
    // The admin's socket is only for the command below.
    let sites = self.sites.map { site in
      """
      https://\(site.host) {
        tls \(site.folder)/tls.crt \(site.folder)/tls.key
        reverse_proxy \(site.backend.service).\(site.namespace).svc.cluster.local:\(site.backend.port)
      }

      """
    }
    return """
      {
        auto_https off
        admin unix//tmp/caddy.sock
      }

      """ + sites.joined()
  }

  var container: JSON {
    let file = "/etc/caddy/Caddyfile"
    let mounts: [JSON] = [["name": "caddy", "mountPath": "/etc/caddy", "readOnly": true]]
    return [
      "name": "caddy", "image": .string(Self.image), "command": ["/bin/sh", "-c"],
      // It reads certificates once; cert-manager makes new ones before they end.
      "args": [
        .string("while sleep 12h; do caddy reload --force --config \(file); done & exec caddy run --config \(file)")
      ],
      "ports": [["name": "https", "containerPort": .int(Self.port), "protocol": "TCP"]],
      "readinessProbe": ["tcpSocket": ["port": .int(Self.port)]],
      "resources": ["requests": ["cpu": "10m", "memory": "32Mi"]],
      "securityContext": [
        "runAsUser": 0, "runAsNonRoot": false, "allowPrivilegeEscalation": false,
        "capabilities": ["drop": ["ALL"], "add": ["NET_BIND_SERVICE"]],
      ],
      "volumeMounts": .array(
        mounts
          + sites.map {
            ["name": .string($0.secret), "mountPath": .string($0.folder), "readOnly": true]
          }),
    ]
  }

  var volumes: [JSON] {
    [["name": "caddy", "configMap": ["name": .string(name)]]]
      + sites.map { ["name": .string($0.secret), "secret": ["secretName": .string($0.secret)]] }
  }

  /// A Service of its own, as older servers take no two protocols in one; both have one address.
  func objects(_ balancer: (annotations: [String: String], labels: [String: String])) -> [JSON] {
    var metadata = context.metadata("\(context.name)-caddy")
    metadata["annotations"] = .strings(balancer.annotations)
    if !balancer.labels.isEmpty { metadata["labels"] = .strings(balancer.labels) }
    return [
      [
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": context.metadata(name),
        "data": ["Caddyfile": .string(configuration)],
      ],
      [
        "apiVersion": "v1", "kind": "Service", "metadata": metadata,
        "spec": [
          "type": "LoadBalancer",
          "selector": [
            "app.kubernetes.io/instance": .string(context.name), "app.kubernetes.io/name": .string(context.name),
          ],
          "ports": [["name": "https", "port": .int(Self.port), "targetPort": "https", "protocol": "TCP"]],
        ],
      ],
    ]
      + sites.map { site in
        [
          "apiVersion": "cert-manager.io/v1", "kind": "Certificate", "metadata": context.metadata(site.host.slug),
          "spec": [
            "secretName": .string(site.secret), "dnsNames": [.string(site.host)],
            "issuerRef": ["kind": "ClusterIssuer", "name": .string(issuer.name)],
          ],
        ]
      }
  }

  var openings: [Opening] {
    [Opening(.ingress, .world, ports: [Self.port], because: "users of the VPN come to Caddy at the tunnel's address")]
      + sites.map {
        Opening(
          .egress, .pods(namespace: $0.namespace, labels: [:]), because: "Caddy brings users of the VPN to \($0.host)")
      }
  }

  static func problems(_ options: WireGuard.Options, _ context: ComponentContext) -> [ComponentProblem] {
    guard let first = options.caddy.first else { return [] }
    var problems = options.caddy.filter { sites(of: $0.value, context).isEmpty }.map { name in
      ComponentProblem(
        "Caddy of '\(context.name)' is to serve '\(name.value)', which has no host",
        fix: context.blueprint.release(name.value) == nil
          ? "name an application that has 'expose'" : "add 'expose' to '\(name.value)'",
        at: name.span)
    }
    if options.address == nil {
      problems.append(
        ComponentProblem(
          "Caddy of '\(context.name)' is to have the tunnel's address, and that can be any of its pool",
          fix: "add 'address:' to '\(context.name)'", at: first.span))
    }
    if Platform(context.blueprint).issuer == nil {
      problems.append(
        ComponentProblem(
          "Caddy of '\(context.name)' has nobody to make certificates for it",
          fix: "add 'cert-manager: {acme: {dns01: cloudflare, email: …}}' to 'platform'", at: first.span))
    }
    return problems
  }
}
