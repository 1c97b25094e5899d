package import Blueprint
package import JSON

/// One host that Cloudflare's tunnel brings into the cluster.
///
/// https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/do-more-with-tunnels/local-management/configuration-file/
package struct TunnelRoute: Sendable, Equatable {
  package var host: String
  package var path: String
  /// `http://web.home.svc.cluster.local:8080`
  package var service: String
  /// The name that the certificate behind it is for; `nil` where there is none.
  package var serverName: String?

  package var json: JSON {
    var rule: JSON = ["hostname": .string(host)]
    if path != "/" { rule["path"] = .string("^\(Self.escaped(path))(/|$)") }
    rule["service"] = .string(service)
    if let serverName { rule["originRequest"] = ["originServerName": .string(serverName)] }
    return rule
  }

  /// What a request that no rule is for gets; it has to stand last.
  package static let otherwise: JSON = ["service": "http_status:404"]

  private static func escaped(_ path: String) -> String {
    path.reduce(into: "") { text, character in
      if ".+*?()[]{}|^$\\".contains(character) { text += "\\" }
      text.append(character)
    }
  }
}

extension Blueprint {
  /// Everything that a tunnel brings in, longer paths of a host before shorter ones: straight to the application, or to
  /// the ingress where that has to ask who is there.
  package var tunnelRoutes: [TunnelRoute] {
    let platform = Platform(self)
    let routes = releases.flatMap { release in
      release.exposures.compactMap { exposure -> TunnelRoute? in
        guard let tunnel = platform.tunnel(for: exposure), let backend = exposure.backend(of: release) else {
          return nil
        }
        let host = exposure.host.value
        if tunnel.isDirect {
          let address = "\(backend.service).\(release.namespace.name).svc.cluster.local"
          return TunnelRoute(host: host, path: exposure.path, service: "http://\(address):\(backend.port)")
        }
        guard let ingress = platform.ingress(for: exposure), exposure.gateway != .tailscale else { return nil }
        if exposure.authentication?.value == .sso, platform.signOn(at: ingress) == nil { return nil }
        return TunnelRoute(
          host: host, path: "/", service: "https://\(ingress.host(for: exposure.gateway)):443", serverName: host)
      }
    }
    var unique: [TunnelRoute] = []
    for route in routes where !unique.contains(where: { $0.host == route.host && $0.path == route.path }) {
      unique.append(route)
    }
    return unique.enumerated().sorted { one, other in
      (one.element.host, -one.element.path.count, one.offset)
        < (other.element.host, -other.element.path.count, other.offset)
    }.map(\.element)
  }
}

extension Ingress {
  /// The Service that its clients come to.
  func host(for gateway: Exposure.Gateway) -> String {
    switch kind {
    case .traefik: part.host(of: part.fullName(chart: "traefik"))
    case .nginx: part.host(of: part.fullName(chart: "ingress-nginx") + "-controller")
    case .gateway: part.host(of: "cilium-gateway-\(gateway.rawValue)")
    case .tailscale, .sidecar: part.namespace
    }
  }
}

extension Applications {
  /// Tells cloudflared what to bring in, as the catalogue's component or as a chart. A tunnel that is managed at
  /// Cloudflare has its routes there.
  mutating func addTunnelRoutes() {
    let parts = platform.all("cloudflare-tunnel")
    for (position, part) in parts.enumerated() {
      guard let options = platform.options(CloudflareTunnel.self, of: part), let index = index(of: part.name) else {
        continue
      }
      // Applications are reached by the first; others have routes of their own alone.
      blueprint.releases[index] = CloudflareTunnel.release(
        blueprint.releases[index], options, leadingTo: position == 0 ? blueprint.tunnelRoutes : [])
    }
    guard let part = parts.first, !platform.isOfCatalogue(part), let index = index(of: part.name),
      case .chart(let chart) = blueprint.releases[index].source
    else { return }
    let routes = blueprint.tunnelRoutes.map(\.json)
    guard !routes.isEmpty else { return }
    let values = blueprint.releases[index].values
    switch chart.chartName {
    case "cloudflare-tunnel":
      let own = values[path: "cloudflare", "ingress"]?.array ?? []
      blueprint.releases[index].values[path: "cloudflare", "ingress"] = .array(own + routes)
    case "cloudflared":
      let own = (values["ingress"]?.array ?? []).filter { $0["hostname"] != nil }
      blueprint.releases[index].values["ingress"] = .array(own + routes + [TunnelRoute.otherwise])
    default: break
    }
  }
}

extension ChartSource {
  /// `nil` for a folder.
  var chartName: String? {
    switch self {
    case .repository(_, let name, _, _): name
    case .oci(let url, _, _): url.split(separator: "/").last.map(String.init)
    case .directory: nil
    }
  }
}
