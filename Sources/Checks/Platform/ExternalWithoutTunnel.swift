import Blueprint
import Catalog
public import Diagnostics

public enum ExternalWithoutTunnel: Rule {
  public static let about = About(
    "CR0608", "The Internet has no way to a public application", .warning,
    why: """
      `gateway: external` is for clients on the Internet. They come through cloudflare-tunnel, or through an ingress that
      is there for them (`gateway: external` of traefik) and that the router forwards to. An ingress for everybody is
      mostly one of the house: requests from outside do not reach it, or reach everything behind it.
      """,
    broken: """
      domain: example.net
      platform:
        traefik: {}
      apps:
        web:
          image: docker.io/library/nginx:1.27
          port: 80
          expose: {host: www, gateway: external, auth: none}
      """,
    mended: """
      domain: example.net
      platform:
        traefik: {}
        cloudflare-tunnel: {tunnel: 6d9f3a0e-2b1c-4f5d-8e7a-90b1c2d3e4f5}
        external-dns: {provider: cloudflare}
      apps:
        web:
          image: docker.io/library/nginx:1.27
          port: 80
          expose: {host: www, gateway: external, auth: none}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    subject.exposures.compactMap { release, exposure in
      guard exposure.gateway == .external, exposure.ingress == nil,
        subject.platform.tunnel(for: exposure) == nil, let ingress = subject.platform.ingress(for: exposure),
        !ingress.isDedicated, ingress.kind != .gateway
      else { return nil }
      return problem(
        "'\(release.name)' is for clients on the Internet, and '\(ingress.part.name)' is not there for them",
        at: exposure.host.span,
        fix: "add 'cloudflare-tunnel' to 'platform', or a traefik with 'gateway: external'")
    }
  }
}
