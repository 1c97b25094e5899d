import Blueprint
public import Diagnostics
import JSON

public enum APIBehindRoute: Rule {
  public static let about = About(
    "CR0618", "A route leads to the Kubernetes API",
    why: """
      The Service `kubernetes` is the API server. A route to it lets everybody knock who reaches the ingress, tunnel or
      load balancer, and the API server sees the ingress instead of them. Come in through a VPN, or ask the API at its own
      port.
      """,
    broken: """
      domain: home.example.net
      platform:
        traefik: {}
      apps:
        api:
          namespace: api
          manifests:
            - apiVersion: networking.k8s.io/v1
              kind: Ingress
              metadata: {name: api, namespace: default}
              spec:
                rules:
                  - host: api.home.example.net
                    http:
                      paths:
                        - path: /
                          pathType: Prefix
                          backend: {service: {name: kubernetes, port: {number: 443}}}
      """,
    mended: """
      domain: home.example.net
      platform:
        traefik: {}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let exposed = subject.blueprint.releases.flatMap { release in
      release.exposures.filter { leadsToAPI($0.service ?? "", from: release.namespace.name) }.map { exposure in
        problem(
          "'\(release.name)' exposes the Kubernetes API at '\(exposure.host.value)'", at: exposure.host.span, fix: fix)
      }
    }
    let routes = subject.objects.all.compactMap { object -> Diagnostic? in
      // What an application's own 'expose' became was judged above.
      guard isRoute(object), !object.isGenerated,
        let spec = object.json["spec"], leadsToAPI(spec, from: object.namespace ?? "")
      else {
        return nil
      }
      return problem(
        "the \(object.kind) '\(object.name)' of '\(object.release)' leads to the Kubernetes API", at: object.span,
        fix: fix)
    }
    return exposed + routes
  }

  private static let fix = "remove it, and come in through a VPN"

  private static func isRoute(_ object: KnownObject) -> Bool {
    object.kind == "Ingress" || object.kind.hasPrefix("IngressRoute") || object.kind.hasSuffix("Route")
  }

  /// `kubernetes`, or `kubernetes.default` and what may follow.
  private static func leadsToAPI(_ service: String, from namespace: String) -> Bool {
    let parts = service.split(separator: ".")
    guard parts.first == "kubernetes" else { return false }
    return parts.count > 1 ? parts[1] == "default" : namespace == "default"
  }

  /// Whether something in a route names the API's Service.
  private static func leadsToAPI(_ json: JSON, from namespace: String) -> Bool {
    switch json {
    case .array(let elements): return elements.contains { leadsToAPI($0, from: namespace) }
    case .object(let object):
      if let name = object["name"]?.string, object["port"] != nil || object["kind"]?.string == "Service",
        leadsToAPI(name, from: object["namespace"]?.string ?? namespace)
      {
        return true
      }
      return object.contains { leadsToAPI($0.value, from: namespace) }
    default: return false
    }
  }
}
