package import Blueprint
import JSON

/// What a cluster has that applications can ask for: components of the catalogue, and releases of the user's own that
/// go by a component's name or are made from its chart.
package struct Platform: Sendable {
  /// One of them, as it is deployed.
  package struct Part: Sendable, Equatable {
    /// The component: `traefik`.
    package var component: String
    /// The release: `traefik-public`.
    package var name: String
    package var namespace: String

    /// What most charts name their objects: the release's name where it contains the chart's, else both.
    package func fullName(chart: String) -> String { name.contains(chart) ? name : "\(name)-\(chart)" }

    /// A Service of it, by the name that every pod can use.
    package func host(of service: String) -> String { "\(service).\(namespace).svc.cluster.local" }
  }

  private var parts: [String: [Part]] = [:]
  private var options: [String: any ComponentOptions] = [:]
  package let domain: String?

  package init(_ blueprint: Blueprint) {
    domain = blueprint.domain
    let names = Set(blueprint.components.map(\.name))
    for use in blueprint.components {
      let usual = Catalog.component(named: use.component)?.about.namespace
      options[use.name] = use.options
      add(
        Part(
          component: use.component, name: use.name,
          namespace: use.namespace?.name ?? usual ?? use.release.namespace.name))
    }
    for release in blueprint.releases where !names.contains(release.name) {
      guard let component = Self.component(of: release) else { continue }
      add(Part(component: component, name: release.name, namespace: release.namespace.name))
    }
  }

  private mutating func add(_ part: Part) { parts[part.component, default: []].append(part) }

  /// All of a component, in the order of the file.
  package func all(_ component: String) -> [Part] { parts[component] ?? [] }
  /// The first of a component.
  package func part(_ component: String) -> Part? { parts[component]?.first }
  package func has(_ component: String) -> Bool { parts[component] != nil }
  /// By the name of its release.
  package func part(named name: String) -> Part? { parts.values.joined().first { $0.name == name } }

  /// What the file says of a component of the catalogue; `nil` where its release is the user's own.
  package func options<Kind: Component>(_ kind: Kind.Type, of part: Part) -> Kind.Options? {
    options[part.name] as? Kind.Options
  }

  /// Whether a release is made by the catalogue.
  package func isOfCatalogue(_ part: Part) -> Bool { options[part.name] != nil }

  private static func component(of release: Release) -> String? {
    if names.contains(release.name) { return release.name }
    guard case .chart(let source) = release.source else { return nil }
    switch source {
    case .repository(_, let name, _, _): return component(ofChart: name)
    case .oci(let url, _, _): return url.split(separator: "/").last.flatMap { component(ofChart: String($0)) }
    case .directory: return nil
    }
  }

  private static func component(ofChart name: String) -> String? { names.contains(name) ? name : charts[name] }

  /// The components that applications ask for.
  private static let names: Set<String> = [
    "authentik", "cert-manager", "cilium", "cloudflare-tunnel", "cloudnative-pg", "dragonfly-operator", "external-dns",
    "external-postgres-operator", "external-secrets", "garage", "gateway-api", "ingress-nginx", "k8s-gateway",
    "kube-prometheus-stack", "longhorn", "oauth2-proxy", "onepassword-connect", "pocket-id", "secrets-store-csi",
    "snapshot-controller", "tailscale-operator", "tailscale-sidecar", "traefik", "vault", "volsync",
  ]

  /// Charts whose names are not their components'.
  private static let charts = [
    "cloudflared": "cloudflare-tunnel", "cloudflare-tunnel-remote": "cloudflare-tunnel",
    "connect": "onepassword-connect", "ext-postgres-operator": "external-postgres-operator",
    "secrets-store-csi-driver": "secrets-store-csi",
  ]
}
