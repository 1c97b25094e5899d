import Blueprint
import JSON

extension Applications {
  /// The Gateways that routes lead through, `internal` and `external`, each with an address of its own.
  ///
  /// cert-manager makes the certificates of a Gateway that names an issuer.
  mutating func addGateways() {
    let cilium = platform.ingresses.first { $0.kind == .gateway }?.part
    guard let cilium, let index = index(of: cilium.name) else { return }
    for gateway in Exposure.Gateway.allCases {
      guard let hosts = gatewayHosts[gateway] else { continue }
      let release = blueprint.releases[index]
      let name = gateway.rawValue
      var listeners: [JSON] = [
        [
          "name": "http", "port": 80, "protocol": "HTTP", "allowedRoutes": ["namespaces": ["from": "Same"]],
        ]
      ]
      var seen: Set<String> = []
      for host in hosts {
        let listener = Self.listener(of: host, domain: platform.domain)
        guard seen.insert(listener.name).inserted else { continue }
        let secret = "\(name)-\(listener.hostname.slug)-tls"
        listeners.append([
          "name": .string(listener.name), "port": 443, "protocol": "HTTPS", "hostname": .string(listener.hostname),
          "tls": ["mode": "Terminate", "certificateRefs": [["name": .string(secret)]]],
          "allowedRoutes": ["namespaces": ["from": "All"]],
        ])
      }
      let annotations = platform.issuer.map { ["cert-manager.io/cluster-issuer": $0.name] } ?? [:]
      let infrastructure: JSON? = pool(for: gateway).map { ["labels": ["croft.dev/pool": .string($0)]] }
      blueprint.releases[index].additions += [
        [
          "apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway",
          "metadata": release.metadata(name, namespace: cilium.namespace, annotations: annotations),
          "spec": .members([
            "gatewayClassName": "cilium", "infrastructure": infrastructure, "listeners": .array(listeners),
          ]),
        ],
        [
          "apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute",
          "metadata": release.metadata("\(name)-to-https", namespace: cilium.namespace),
          "spec": [
            "parentRefs": [["name": .string(name), "sectionName": "http"]],
            "rules": [
              ["filters": [["type": "RequestRedirect", "requestRedirect": ["scheme": "https", "statusCode": 301]]]]
            ],
          ],
        ],
      ]
    }
  }

  /// The pool of a Gateway's address; `nil` where any will do.
  private func pool(for gateway: Exposure.Gateway) -> String? {
    let names = blueprint.network.pools.map(\.name)
    guard names.count > 1 else { return nil }
    let usual = gateway == .external ? ["external", "public"] : ["internal", "private"]
    return names.first(where: usual.contains) ?? names.first
  }
}
