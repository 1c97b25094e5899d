import Blueprint
import Catalog
public import Diagnostics

public enum UnknownIngress: Rule {
  public static let about = About(
    "CR0602", "An ingress is named that the platform does not have",
    why: """
      `ingress` picks one of several ingresses by the name of its component under `platform`. It has to be one that
      serves HTTP: traefik, ingress-nginx, or cilium with `gatewayAPI: true` and gateway-api.
      """,
    broken: """
      domain: example.net
      platform:
        traefik-public: {component: traefik, namespace: traefik-public}
        traefik-private: {component: traefik, namespace: traefik-private}
      apps:
        web:
          image: docker.io/library/nginx:1.27
          port: 80
          expose: {host: www, ingress: traefik-privat}
      """,
    mended: """
      domain: example.net
      platform:
        traefik-public: {component: traefik, namespace: traefik-public}
        traefik-private: {component: traefik, namespace: traefik-private}
      apps:
        web:
          image: docker.io/library/nginx:1.27
          port: 80
          expose: {host: www, ingress: traefik-private}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let names = subject.platform.ingresses.map(\.part.name)
    return subject.exposures.compactMap { release, exposure in
      guard exposure.gateway != .tailscale, let ingress = exposure.ingress, !names.contains(ingress.value) else {
        return nil
      }
      let known = names.isEmpty ? "" : "; there is \(names.map { "'\($0)'" }.joined(separator: " and "))"
      return problem(
        "'\(release.name)' is to be reached through '\(ingress.value)', which is no ingress of the platform\(known)",
        at: ingress.span,
        fix: didYouMean(ingress.value, among: names) ?? "remove 'ingress', or add a component of that name")
    }
  }
}
