import Blueprint
import Catalog
public import Diagnostics

public enum PublicWithoutAuthentication: Rule {
  public static let about = About(
    "CR0607", "An application is public, and nobody is asked who they are", .warning,
    why: """
      What stands on the Internet is found within hours. `auth: sso` lets nobody through who has not signed in,
      `auth: oidc` leaves it to the application. Where it is meant for everybody, or asks for passwords of its own,
      `auth: none` says so.
      """,
    broken: """
      domain: example.net
      platform:
        traefik: {gateway: external}
      apps:
        web:
          image: docker.io/library/nginx:1.27
          port: 80
          expose: {host: www, gateway: external}
      """,
    mended: """
      domain: example.net
      platform:
        traefik: {gateway: external}
      apps:
        web:
          image: docker.io/library/nginx:1.27
          port: 80
          expose: {host: www, gateway: external, auth: none}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    subject.exposures.compactMap { release, exposure in
      let gateway = exposure.ingress.flatMap { subject.platform.gateway(ofIngress: $0.value) } ?? exposure.gateway
      guard gateway == .external, exposure.authentication == nil else { return nil }
      return problem(
        "everybody on the Internet can reach '\(release.name)' at '\(exposure.host.value)'", at: exposure.host.span,
        fix: "add 'auth: sso' or 'auth: oidc'; or 'auth: none', where it is meant for everybody")
    }
  }
}
