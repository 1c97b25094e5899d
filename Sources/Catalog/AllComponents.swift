package import Blueprint

/// Every component of the catalogue, by concern and name.
package let allComponents: [any Component.Type] = [
  // Network
  Cilium.self, CloudflareDDNS.self, CoreDNS.self, GatewayAPI.self, IngressNginx.self, K8sGateway.self, MetalLB.self,
  Traefik.self,
  // Certificates
  CertManager.self,
]

/// What `platform` can name.
package var componentKinds: [ComponentKind] { allComponents.map { $0.kind } }
