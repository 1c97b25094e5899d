import Blueprint
import Catalog
public import Diagnostics

public enum TunnelWithoutNames: Rule {
  public static let about = About(
    "CR0617", "Nothing makes the DNS records of hosts behind the tunnel", .note,
    why: """
      A host behind cloudflare-tunnel is reached only where a DNS record leads from its name to the tunnel.
      external-dns makes one for each; without it they are made by hand, or by one record for all names of the domain.
      """,
    broken: """
      domain: example.net
      platform:
        cloudflare-tunnel: {tunnel: 6d9f3a0e-2b1c-4f5d-8e7a-90b1c2d3e4f5}
      apps:
        web:
          image: docker.io/library/nginx:1.27
          port: 80
          expose: {host: www, gateway: external, auth: none}
      """,
    mended: """
      domain: example.net
      platform:
        cloudflare-tunnel: {tunnel: 6d9f3a0e-2b1c-4f5d-8e7a-90b1c2d3e4f5}
        external-dns: {provider: cloudflare}
      apps:
        web:
          image: docker.io/library/nginx:1.27
          port: 80
          expose: {host: www, gateway: external, auth: none}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    guard let tunnel = subject.platform.part("cloudflare-tunnel"), !subject.platform.has("external-dns"),
      let span = subject.blueprint.release(tunnel.name)?.span
    else { return [] }
    let behind = subject.exposures.filter { subject.platform.tunnel(for: $0.exposure) != nil }
    guard let first = behind.first else { return [] }
    let others = behind.count > 1 ? " and \(behind.count - 1) more" : ""
    return [
      problem(
        "DNS records that lead '\(first.exposure.host.value)'\(others) to the tunnel have to be made by hand",
        at: first.exposure.host.span, related: [.init("the tunnel", at: span)],
        fix: "add 'external-dns: {provider: cloudflare}' to 'platform', or 'cloudflared tunnel route dns'")
    ]
  }
}
