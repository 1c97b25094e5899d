package import Blueprint

/// Every component of the catalogue, by concern and name.
package let allComponents: [any Component.Type] = [
  // Network
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
  PiHole.self,
  TailscaleOperator.self,
  TailscaleSidecar.self,
  Traefik.self,
  WireGuard.self,
  // Certificates
  CertManager.self,
  TrustManager.self,
  // Databases
  CloudNativePG.self,
  DragonflyOperator.self,
  ExternalPostgresOperator.self,
  RedisServer.self,
  VerneMQ.self,
  // Storage
  DemocraticCSI.self,
  Garage.self,
  LocalPath.self,
  Longhorn.self,
  NFSDriver.self,
  RookCeph.self,
  SnapshotController.self,
  VolSync.self,
  // Security
  Authentik.self,
  ExternalSecrets.self,
  OAuth2Proxy.self,
  OnePasswordConnect.self,
  PocketID.self,
  SecretsStoreCSI.self,
  Vault.self,
  // GitOps
  ArgoCD.self,
  Flux.self,
  Renovate.self,
  // Observability
  Alloy.self,
  Goldilocks.self,
  KubePrometheusStack.self,
  Loki.self,
  Promtail.self,
  UptimeKuma.self,
  // Operations
  Descheduler.self,
  Harbor.self,
  MetricsServer.self,
  NvidiaDevicePlugin.self,
  Reloader.self,
  Spegel.self,
  SystemUpgradeController.self,
]

/// What `platform` can name.
package var componentKinds: [ComponentKind] { allComponents.map { $0.kind } }
