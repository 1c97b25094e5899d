package import Blueprint

/// What a component is about; its folder below `Components`.
package enum Concern: String, Sendable, CaseIterable {
  case network, certificates, databases, storage, security, gitOps = "gitops", observability, operations
}

/// Every component of the catalogue, by concern and name.
package let catalogue: [(concern: Concern, components: [any Component.Type])] = [
  (
    .network,
    [
      AdGuardHome.self,
      Cilium.self,
      CloudflareDDNS.self,
      CloudflareTunnel.self,
      CoreDNS.self,
      ExternalDNS.self,
      GatewayAPI.self,
      IngressNginx.self,
      K8sGateway.self,
      Linkerd.self,
      MetalLB.self,
      MetalLBPools.self,
      PiHole.self,
      TailscaleOperator.self,
      TailscaleSidecar.self,
      Traefik.self,
      WireGuard.self,
    ]
  ),
  (
    .certificates,
    [
      CertManager.self,
      TrustManager.self,
    ]
  ),
  (
    .databases,
    [
      CloudNativePG.self,
      DragonflyOperator.self,
      ExternalPostgresOperator.self,
      RedisServer.self,
      VerneMQ.self,
    ]
  ),
  (
    .storage,
    [
      DemocraticCSI.self,
      Garage.self,
      LocalPath.self,
      Longhorn.self,
      NFSDriver.self,
      RookCeph.self,
      SnapshotController.self,
      VolSync.self,
    ]
  ),
  (
    .security,
    [
      Authentik.self,
      ExternalSecrets.self,
      OAuth2Proxy.self,
      OnePasswordConnect.self,
      PocketID.self,
      SecretsStoreCSI.self,
      Vault.self,
    ]
  ),
  (
    .gitOps,
    [
      ArgoCD.self,
      Flux.self,
      Renovate.self,
    ]
  ),
  (
    .observability,
    [
      Alloy.self,
      Goldilocks.self,
      KubePrometheusStack.self,
      Loki.self,
      Promtail.self,
      UptimeKuma.self,
    ]
  ),
  (
    .operations,
    [
      Descheduler.self,
      Harbor.self,
      MetricsServer.self,
      NvidiaDevicePlugin.self,
      Reloader.self,
      Spegel.self,
      SystemUpgradeController.self,
    ]
  ),
]

package let allComponents: [any Component.Type] = catalogue.flatMap(\.components)

/// A component by its name; `nil` where the catalogue has none of this name.
package func component(named name: String) -> (any Component.Type)? { byName[name] }

private let byName = Dictionary(uniqueKeysWithValues: allComponents.map { ($0.about.name, $0) })

extension Blueprint {
  /// What each release of the catalogue is about, by its name; companions are about the same as their component.
  package var concerns: [String: Concern] {
    var kinds: [String: Concern] = [:]
    for (concern, components) in catalogue { for component in components { kinds[component.about.name] = concern } }
    var concerns: [String: Concern] = [:]
    for part in contributions {
      guard let concern = kinds[part.use.component] else { continue }
      for companion in part.contribution.companions { concerns["\(part.use.name)-\(companion.suffix)"] = concern }
      concerns[part.use.name] = concern
    }
    return concerns
  }
}

/// What `platform` can name.
package var componentKinds: [ComponentKind] { allComponents.map { $0.kind } }
