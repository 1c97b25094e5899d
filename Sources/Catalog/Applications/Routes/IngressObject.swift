import Blueprint
import JSON

extension Applications {
  /// An Ingress with ingress-nginx's annotations.
  ///
  /// https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/
  mutating func addIngress(_ route: Route, to index: Int) {
    var annotations: [String: String] = [:]
    if let issuer = route.issuer { annotations["cert-manager.io/cluster-issuer"] = issuer }
    // The tunnel has its own record of the name.
    if route.isTunnelled { annotations["external-dns.alpha.kubernetes.io/controller"] = "none" }
    if route.exposure.gateway == .external, !route.isTunnelled, let target = houseName(besides: route.host) {
      annotations["external-dns.alpha.kubernetes.io/target"] = target
    }
    var objects: [JSON] = []
    if let signOn = route.signOn {
      let headers = "\(route.name)-sso-headers"
      annotations.merge(Self.nginxAnnotations(signOn, headers: "\(route.namespace)/\(headers)")) { _, new in new }
      objects.append([
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": route.release.metadata(headers),
        "data": ["X-Forwarded-Host": "$http_host"],
      ])
      // An Ingress only leads to Services of its own namespace; nginx joins those of one host.
      if protected.insert(route.host).inserted {
        objects.append(
          ingress(
            route, named: "\(route.host.slug)-sso", in: signOn.part.namespace,
            annotations: [
              "nginx.ingress.kubernetes.io/force-ssl-redirect": "true",
              "external-dns.alpha.kubernetes.io/controller": "none",
            ],
            path: String(signOn.path.dropLast()), Backend(service: signOn.service, port: 80), tls: nil))
      }
    }
    objects.append(
      ingress(
        route, named: route.name, in: route.namespace, annotations: annotations, path: route.exposure.path,
        route.backend, tls: route.certificate))
    add(objects, to: index, needing: [route.ingress.part])
    if let signOn = route.signOn { depend(index, on: signOn.part.name) }
  }

  /// An Ingress that Tailscale's operator makes a machine of its network from, named like the host's first part.
  ///
  /// https://tailscale.com/kb/1439/kubernetes-operator-cluster-ingress
  mutating func addTailscaleIngress(_ route: Route, to index: Int) {
    let machine = route.host.prefix { $0 != "." }
    let object: JSON = [
      "apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": route.release.metadata(route.name),
      "spec": [
        "ingressClassName": .string(ingressClass(of: route.ingress) ?? ""),
        "rules": [["http": ["paths": [path(route.exposure.path, route.backend)]]]],
        "tls": [["hosts": [.string(String(machine))]]],
      ],
    ]
    add([object], to: index, needing: [route.ingress.part])
  }

  private func ingress(
    _ route: Route, named name: String, in namespace: String, annotations: [String: String], path: String,
    _ backend: Backend, tls secret: String?
  ) -> JSON {
    [
      "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
      "metadata": route.release.metadata(name, namespace: namespace, annotations: annotations),
      "spec": .members([
        "ingressClassName": ingressClass(of: route.ingress).map(JSON.string),
        "rules": [["host": .string(route.host), "http": ["paths": [self.path(path, backend)]]]],
        "tls": secret.map { [["hosts": [.string(route.host)], "secretName": .string($0)]] },
      ]),
    ]
  }

  private func path(_ path: String, _ backend: Backend) -> JSON {
    [
      "path": .string(path), "pathType": "Prefix",
      "backend": ["service": ["name": .string(backend.service), "port": ["number": .int(backend.port)]]],
    ]
  }

  /// - Parameter headers: the ConfigMap with what the question carries besides nginx's own headers: authentik looks an
  ///   application up by the host that the client asked for.
  private static func nginxAnnotations(_ signOn: SignOn, headers: String) -> [String: String] {
    let question = signOn.kind == .authentik ? "auth/nginx" : "auth"
    var annotations = [
      "auth-url": "\(signOn.url)\(signOn.path)\(question)",
      "auth-signin": "https://$host\(signOn.path)start?rd=$scheme://$http_host$escaped_request_uri",
      "auth-response-headers": signOn.headers.joined(separator: ","),
      "auth-proxy-set-headers": headers,
    ]
    if signOn.kind == .authentik { annotations["auth-response-headers", default: ""] += ",Set-Cookie" }
    return Dictionary(uniqueKeysWithValues: annotations.map { ("nginx.ingress.kubernetes.io/\($0)", $1) })
  }
}
