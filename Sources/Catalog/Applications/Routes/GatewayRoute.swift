import Blueprint
import JSON

// https://gateway-api.sigs.k8s.io/reference/spec/
extension Applications {
  /// An HTTPRoute. Where a client has to sign in first, it leads to authentik, which passes on what it lets through.
  mutating func addGatewayRoute(_ route: Route, to index: Int) {
    let gateway = route.exposure.gateway
    gatewayHosts[gateway, default: []].append(route.host)
    let behind = route.signOn.map { Backend(service: $0.service, port: 80) } ?? route.backend
    var backend: JSON = ["name": .string(behind.service), "port": .int(behind.port)]
    if let signOn = route.signOn { backend["namespace"] = .string(signOn.part.namespace) }
    var objects: [JSON] = [
      [
        "apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute",
        "metadata": route.release.metadata(
          route.name, annotations: route.isTunnelled ? ["external-dns.alpha.kubernetes.io/controller": "none"] : [:]),
        "spec": [
          "parentRefs": [
            [
              "name": .string(gateway.rawValue), "namespace": .string(route.ingress.part.namespace),
              "sectionName": .string(Self.listener(of: route.host, domain: platform.domain).name),
            ]
          ],
          "hostnames": [.string(route.host)],
          "rules": [
            [
              "matches": [["path": ["type": "PathPrefix", "value": .string(route.exposure.path)]]],
              "backendRefs": [backend],
            ]
          ],
        ],
      ]
    ]
    if let signOn = route.signOn {
      objects.append([
        "apiVersion": "gateway.networking.k8s.io/v1beta1", "kind": "ReferenceGrant",
        "metadata": route.release.metadata(
          "\(route.release.name)-\(route.exposure.slug)", namespace: signOn.part.namespace),
        "spec": [
          "from": [
            ["group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "namespace": .string(route.namespace)]
          ],
          "to": [["group": "", "kind": "Service", "name": .string(signOn.service)]],
        ],
      ])
      depend(index, on: signOn.part.name)
    }
    add(objects, to: index, needing: [route.ingress.part] + platform.all("gateway-api"))
  }

  /// The part of a Gateway that answers for a host: one for all that are directly below the cluster's domain.
  static func listener(of host: String, domain: String?) -> (name: String, hostname: String) {
    if let domain, host.hasSuffix(".\(domain)"), !host.dropLast(domain.count + 1).contains(".") {
      return ("https", "*.\(domain)")
    }
    return (host.slug, host)
  }
}
