import Blueprint
import JSON

extension Applications {
  /// Names of hosts for those who publish them: external-dns and k8s-gateway.
  ///
  /// Both read hosts of Ingresses and HTTPRoutes by themselves. They do not look into IngressRoutes, so that Traefik's
  /// Service carries the names of all hosts behind it. A host behind the tunnel is another name of the tunnel.
  mutating func addHostNames() {
    guard platform.has("external-dns") || platform.has("k8s-gateway") else { return }
    for traefik in platform.all("traefik") {
      let hosts = traefikHosts[traefik.name] ?? []
      guard !hosts.isEmpty else { continue }
      configure(
        traefik,
        [
          "service": [
            "annotations": [Self.hostname: .string(Set(hosts).sorted().joined(separator: ","))]
          ]
        ])
    }
    guard let publisher = platform.part("external-dns"), let target = tunnelTarget else { return }
    var seen: Set<String> = []
    for index in blueprint.releases.indices {
      let release = blueprint.releases[index]
      let hosts = release.exposures.filter { platform.tunnel(for: $0) != nil }.map(\.host.value)
        .filter { seen.insert($0).inserted }
      guard !hosts.isEmpty else { continue }
      let endpoints: [JSON] = hosts.map {
        [
          "dnsName": .string($0), "recordType": "CNAME", "targets": [.string(target)],
          "providerSpecific": [["name": "external-dns.alpha.kubernetes.io/cloudflare-proxied", "value": "true"]],
        ]
      }
      add(
        [
          [
            "apiVersion": "externaldns.k8s.io/v1alpha1", "kind": "DNSEndpoint",
            "metadata": release.metadata(release.name),
            "spec": ["endpoints": .array(endpoints)],
          ]
        ], to: index, needing: [publisher])
    }
  }

  /// The name under which the world finds the house, where cloudflare-ddns keeps one: other hosts are other names of it.
  func houseName(besides host: String) -> String? {
    guard platform.has("external-dns"),
      let name = blueprint.components.first(where: { $0.component == CloudflareDDNS.about.name })
        .flatMap({ $0.options as? CloudflareDDNS.Options })
        .flatMap({ $0.domains.isEmpty ? blueprint.domain : $0.domains.first { !$0.hasPrefix("*") } })
    else { return nil }
    return name == host ? nil : name
  }

  /// The name that Cloudflare gives the tunnel, where the file says which one it is.
  private var tunnelTarget: String? {
    guard let part = platform.part("cloudflare-tunnel"), let index = index(of: part.name) else { return nil }
    let values = blueprint.releases[index].values
    let id =
      platform.options(CloudflareTunnel.self, of: part)?.tunnel ?? values[path: "cloudflare", "tunnelId"]?.string
      ?? values[path: "tunnelConfig", "name"]?.string
    return id.flatMap { CloudflareTunnel.address(of: $0) }
  }

  private static let hostname = "external-dns.alpha.kubernetes.io/hostname"
}
