import Blueprint
import Catalog
public import Diagnostics

public enum SignOnNotPossible: Rule {
  public static let about = About(
    "CR0604", "An ingress cannot ask who a client is",
    why: """
      Traefik and ingress-nginx ask authentik or oauth2-proxy about each request. Routes of the Gateway API cannot ask;
      there authentik stands in between, and oauth2-proxy cannot. Tailscale knows its users itself, and asks nobody.
      An application whose lock cannot be fitted is not exposed.
      """,
    broken: """
      domain: example.net
      platform:
        tailscale-operator:
          chart: {repository: "https://pkgs.tailscale.com/helmcharts", name: tailscale-operator, version: 1.102.3}
        authentik:
          chart: {repository: "https://charts.goauthentik.io", name: authentik, version: 2026.8.0}
      apps:
        paperless:
          image: ghcr.io/example/paperless:2.18
          port: 8000
          expose: {host: paper, gateway: tailscale, auth: sso}
      """,
    mended: """
      domain: example.net
      platform:
        tailscale-operator:
          chart: {repository: "https://pkgs.tailscale.com/helmcharts", name: tailscale-operator, version: 1.102.3}
        authentik:
          chart: {repository: "https://charts.goauthentik.io", name: authentik, version: 2026.8.0}
      apps:
        paperless:
          image: ghcr.io/example/paperless:2.18
          port: 8000
          expose: {host: paper, gateway: tailscale}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let platform = subject.platform
    return subject.exposures.compactMap { release, exposure in
      guard let way = exposure.authentication, way.value == .sso, let provider = platform.signOn,
        let ingress = platform.ingress(for: exposure), platform.signOn(at: ingress) == nil
      else { return nil }
      return problem(
        "'\(ingress.part.name)' cannot have '\(provider.part.name)' ask the clients of '\(release.name)' who they are",
        at: way.span,
        fix: ingress.kind == .tailscale
          ? "remove 'auth': Tailscale lets in whom its own rules name"
          : "use authentik, or bring these clients through traefik")
    }
  }
}
