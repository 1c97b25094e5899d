import Blueprint
import JSON

// https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/ingressroute/
extension Applications {
  /// An IngressRoute, the middlewares that ask who is there, and the certificate.
  mutating func addTraefikRoute(_ route: Route, to index: Int) {
    let middlewares = signOnMiddlewares(route)
    var rule = Self.rule(route.host)
    if route.exposure.path != "/" { rule += " && PathPrefix(`\(route.exposure.path)`)" }
    var routes: [JSON] = [
      .members([
        "kind": "Rule", "match": .string(rule),
        "middlewares": middlewares.map { ["name": $0["metadata"]?["name"] ?? ""] }.nonEmpty.map(JSON.array),
        "services": [["name": .string(route.backend.service), "port": .int(route.backend.port)]],
      ])
    ]
    if let signOn = route.signOn {
      routes.append([
        "kind": "Rule", "match": .string("\(Self.rule(route.host)) && PathPrefix(`\(signOn.path)`)"),
        // Before any path of the application's own.
        "priority": 10_000,
        "services": [
          ["name": .string(signOn.service), "namespace": .string(signOn.part.namespace), "port": 80]
        ],
      ])
    }
    let object: JSON = [
      "apiVersion": "traefik.io/v1alpha1", "kind": "IngressRoute", "metadata": metadata(route, route.name),
      "spec": [
        "entryPoints": ["websecure"], "routes": .array(routes),
        "tls": route.certificate.map { ["secretName": .string($0)] } ?? [:],
      ],
    ]
    add(middlewares + [object], to: index, needing: [route.ingress.part])
    certify(route, index)
  }

  /// One label takes the place of `*`, as in a certificate.
  private static func rule(_ host: String) -> String {
    guard host.hasPrefix("*.") else { return "Host(`\(host)`)" }
    let rest = host.dropFirst(2).split(separator: ".").joined(separator: "\\.")
    return "HostRegexp(`^[^.]+\\.\(rest)$`)"
  }

  /// A certificate for the host, once for all routes of a namespace: Traefik does not ask for it itself.
  private mutating func certify(_ route: Route, _ index: Int) {
    guard let secret = route.certificate, let issuer = platform.issuer,
      certified.insert("\(route.namespace)/\(secret)").inserted
    else { return }
    let certificate: JSON = [
      "apiVersion": "cert-manager.io/v1", "kind": "Certificate", "metadata": route.release.metadata(secret),
      "spec": [
        "secretName": .string(secret), "dnsNames": [.string(route.host)],
        "issuerRef": ["kind": "ClusterIssuer", "name": .string(issuer.name)],
        "privateKey": ["algorithm": "ECDSA", "size": 256, "rotationPolicy": "Always"],
      ],
    ]
    add([certificate], to: index, needing: [issuer.part])
  }

  private func signOnMiddlewares(_ route: Route) -> [JSON] {
    guard let signOn = route.signOn else { return [] }
    let headers = JSON.array(signOn.headers.map(JSON.string))
    func middleware(_ suffix: String, _ spec: JSON) -> JSON {
      [
        "apiVersion": "traefik.io/v1alpha1", "kind": "Middleware",
        "metadata": metadata(route, "\(route.name)-\(suffix)"), "spec": spec,
      ]
    }
    switch signOn.kind {
    case .authentik:
      return [
        middleware(
          "sso",
          [
            "forwardAuth": [
              "address": .string("\(signOn.url)\(signOn.path)auth/traefik"), "trustForwardHeader": true,
              "authResponseHeaders": headers,
            ]
          ])
      ]
    case .oauth2Proxy:
      // It answers 401 itself; the first of the two turns that into the way to the provider.
      return [
        middleware(
          "sign-in",
          [
            "errors": [
              "status": ["401"], "statusRewrites": ["401": 302], "query": .string("\(signOn.path)start?rd={url}"),
              "service": [
                "name": .string(signOn.service), "namespace": .string(signOn.part.namespace), "port": 80,
              ],
            ]
          ]),
        middleware(
          "sso",
          [
            "forwardAuth": [
              "address": .string("\(signOn.url)\(signOn.path)auth"), "trustForwardHeader": true,
              "authResponseHeaders": headers,
            ]
          ]),
      ]
    }
  }

  /// Of several Traefiks each serves what names its class.
  private func metadata(_ route: Route, _ name: String) -> JSON {
    route.release.metadata(
      name, annotations: ingressClass(of: route.ingress).map { ["kubernetes.io/ingress.class": $0] } ?? [:])
  }
}

extension Applications {
  /// The class that an ingress serves, as its chart is told; `nil` where it serves all.
  func ingressClass(of ingress: Ingress) -> String? {
    let values = index(of: ingress.part.name).map { blueprint.releases[$0].values } ?? [:]
    switch ingress.kind {
    case .traefik: return values[path: "providers", "kubernetesCRD", "ingressClass"]?.string
    case .nginx: return values[path: "controller", "ingressClassResource", "name"]?.string ?? "nginx"
    case .tailscale: return values[path: "ingressClass", "name"]?.string ?? "tailscale"
    case .gateway, .sidecar: return nil
    }
  }
}
