import Blueprint
import Catalog
public import Diagnostics

public enum ExposureWithoutIngress: Rule {
  public static let about = About(
    "CR0601", "Nothing brings clients to an application",
    why: """
      What `expose` asks for, an ingress of the platform does: traefik, ingress-nginx, or cilium with `gatewayAPI: true`
      and gateway-api. Hosts on the Internet can come through cloudflare-tunnel instead, and `gateway: tailscale` needs
      tailscale-operator. Without any of them nothing is made for the host.
      """,
    broken: """
      domain: example.net
      apps:
        web:
          image: docker.io/library/nginx:1.27
          port: 80
          expose: www
      """,
    mended: """
      domain: example.net
      platform:
        traefik: {}
      apps:
        web:
          image: docker.io/library/nginx:1.27
          port: 80
          expose: www
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    subject.exposures.compactMap { release, exposure in
      let platform = subject.platform
      guard exposure.ingress == nil, platform.ingress(for: exposure) == nil, platform.tunnel(for: exposure) == nil
      else {
        return nil
      }
      let component =
        exposure.gateway == .tailscale
        ? "tailscale-operator" : exposure.gateway == .external ? "traefik' or 'cloudflare-tunnel" : "traefik"
      let all = platform.ingresses.map { "'\($0.part.name)'" }
      let why =
        all.isEmpty || exposure.gateway == .tailscale ? "" : "; \(all.joined(separator: ", ")) does not serve it"
      return problem(
        "nothing in the cluster brings \(exposure.gateway.rawValue) clients to '\(release.name)'\(why)",
        at: exposure.host.span, fix: "add '\(component)' to 'platform', or remove 'expose'")
    }
  }
}

extension Subject {
  /// Every way into every release.
  var exposures: [(release: Release, exposure: Exposure)] {
    blueprint.releases.flatMap { release in release.exposures.map { (release, $0) } }
  }
}
