import Blueprint
import Catalog
public import Diagnostics

public enum SignOnWithoutProvider: Rule {
  public static let about = About(
    "CR0603", "Nobody can ask who a client is",
    why: """
      `auth: sso` has the ingress ask authentik or oauth2-proxy about every request; without one of them the application
      is not exposed at all. `auth: oidc` tells the application where authentik or pocket-id is, which therefore needs a
      host of its own (`expose`).
      """,
    broken: """
      domain: example.net
      platform:
        traefik: {}
      apps:
        paperless:
          image: ghcr.io/example/paperless:2.18
          port: 8000
          expose: {host: paper, auth: sso}
      """,
    mended: """
      domain: example.net
      platform:
        traefik: {}
        authentik:
          chart: {repository: "https://charts.goauthentik.io", name: authentik, version: 2026.8.0}
      apps:
        paperless:
          image: ghcr.io/example/paperless:2.18
          port: 8000
          expose: {host: paper, auth: sso}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let platform = subject.platform
    return subject.exposures.compactMap { release, exposure in
      guard let way = exposure.authentication else { return nil }
      switch way.value {
      case .none: return nil
      case .sso:
        guard platform.signOn == nil else { return nil }
        return problem(
          "clients of '\(release.name)' are to sign in first, and nothing in the cluster asks them to", at: way.span,
          fix: "add 'authentik', or 'oauth2-proxy' and 'pocket-id', to 'platform'")
      case .oidc:
        guard subject.blueprint.identityProvider(platform) == nil else { return nil }
        let hidden = ["authentik", "pocket-id"].first(where: platform.has)
        return problem(
          hidden.map { "'\(release.name)' is to ask '\($0)' who its clients are, and '\($0)' has no host" }
            ?? "'\(release.name)' is to ask a provider who its clients are, and the cluster has none",
          at: way.span,
          fix: hidden.map { "add 'expose' to '\($0)'" } ?? "add 'authentik' or 'pocket-id' to 'platform'")
      }
    }
  }
}
