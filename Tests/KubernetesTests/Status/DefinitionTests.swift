import FoundationEssentials
import JSON
import Kubernetes
import Testing
import YAML

/// The CustomResourceDefinitions of the projects that home clusters run, as those projects publish them.
struct DefinitionTests {
  /// Kinds of which an object is ready as soon as it exists. Every other kind has to be looked at first.
  static let silent = """
    ACRAccessToken.generators.external-secrets.io
    Alert.notification.toolkit.fluxcd.io
    AlertmanagerConfig.monitoring.coreos.com
    AppProject.argoproj.io
    BFDProfile.metallb.io
    BGPAdvertisement.metallb.io
    BGPPeer.metallb.io
    BackingImage.longhorn.io
    BackingImageDataSource.longhorn.io
    BackingImageManager.longhorn.io
    BackupVolume.longhorn.io
    BeyondtrustWorkloadCredentialsDynamicSecret.generators.external-secrets.io
    CephCOSIDriver.ceph.rook.io
    CiliumBGPAdvertisement.cilium.io
    CiliumBGPNodeConfigOverride.cilium.io
    CiliumCIDRGroup.cilium.io
    CiliumClusterwideEnvoyConfig.cilium.io
    CiliumDatapathPlugin.cilium.io
    CiliumEgressGatewayPolicy.cilium.io
    CiliumEndpointSlice.cilium.io
    CiliumEnvoyConfig.cilium.io
    CiliumIdentity.cilium.io
    CiliumL2AnnouncementPolicy.cilium.io
    CiliumLocalRedirectPolicy.cilium.io
    CiliumNode.cilium.io
    CiliumNodeConfig.cilium.io
    CiliumPodIPPool.cilium.io
    CloudsmithAccessToken.generators.external-secrets.io
    ClusterGenerator.generators.external-secrets.io
    ClusterImageCatalog.postgresql.cnpg.io
    Community.metallb.io
    ECRAuthorizationToken.generators.external-secrets.io
    FailoverQuorum.postgresql.cnpg.io
    Fake.generators.external-secrets.io
    GCRAccessToken.generators.external-secrets.io
    GithubAccessToken.generators.external-secrets.io
    GitlabDeployToken.generators.external-secrets.io
    Grafana.generators.external-secrets.io
    HelmChartConfig.helm.cattle.io
    IPAddressPool.metallb.io
    ImageCatalog.postgresql.cnpg.io
    IngressRoute.traefik.io
    IngressRouteTCP.traefik.io
    IngressRouteUDP.traefik.io
    L2Advertisement.metallb.io
    MFA.generators.external-secrets.io
    Middleware.traefik.io
    MiddlewareTCP.traefik.io
    ObjectBucket.objectbucket.io
    Password.generators.external-secrets.io
    PodMonitor.monitoring.coreos.com
    Probe.monitoring.coreos.com
    PrometheusRule.monitoring.coreos.com
    Provider.notification.toolkit.fluxcd.io
    QuayAccessToken.generators.external-secrets.io
    RecurringJob.longhorn.io
    ReferenceGrant.gateway.networking.k8s.io
    SSHKey.generators.external-secrets.io
    STSSessionToken.generators.external-secrets.io
    ScheduledBackup.postgresql.cnpg.io
    ScrapeConfig.monitoring.coreos.com
    SecretProviderClass.secrets-store.csi.x-k8s.io
    SecretProviderClassPodStatus.secrets-store.csi.x-k8s.io
    ServersTransport.traefik.io
    ServersTransportTCP.traefik.io
    ServiceBGPStatus.metallb.io
    ServiceL2Status.metallb.io
    ServiceMonitor.monitoring.coreos.com
    Setting.longhorn.io
    TLSOption.traefik.io
    TLSStore.traefik.io
    TraefikService.traefik.io
    UUID.generators.external-secrets.io
    VaultDynamicSecret.generators.external-secrets.io
    VolumeAttachment.longhorn.io
    VolumeGroupSnapshotClass.groupsnapshot.storage.k8s.io
    VolumeSnapshotClass.snapshot.storage.k8s.io
    Webhook.generators.external-secrets.io
    """

  @Test(.enabled(if: folder != nil, "no definitions: set CROFT_SHARED to the folder that holds crds/"))
  func everyKindIsDecided() throws {
    var silent: Set<String> = []
    var waiting: Set<String> = []
    for definition in try definitions() {
      let kind = GroupKind(definedBy: definition)
      let context = StatusContext(definitions: [kind: definition])
      for version in definition.json["spec"]?["versions"]?.array ?? [] where version["served"]?.bool == true {
        let name = try #require(version["name"]?.string)
        let object = Object([
          "apiVersion": .string("\(kind.group)/\(name)"), "kind": .string(kind.kind),
          "metadata": ["name": "it", "namespace": "home", "generation": 1],
          "spec": ["parentRefs": [["name": "web"]]],
        ])
        let fresh = object.readiness(in: context)
        switch fresh {
        case .ready: silent.insert(kind.description)
        case .progressing(let blocker) where ["NotObserved", "NotBound"].contains(blocker.reason):
          waiting.insert(kind.description)
        default: Issue.record("\(kind) \(name): \(fresh.text)")
        }
      }
    }
    #expect(silent.sorted() == DefinitionTests.silent.split(separator: "\n").map(String.init))
    #expect(waiting.isDisjoint(with: silent))
    #expect(waiting.count == 113)
  }

  static let folder: String? = {
    let checkout = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    let shared = ProcessInfo.processInfo.environment["CROFT_SHARED"] ?? "/\(checkout)/../shared"
    return FileManager.default.fileExists(atPath: "\(shared)/crds") ? "\(shared)/crds" : nil
  }()

  func definitions() throws -> [Object] {
    let folder = try #require(DefinitionTests.folder)
    let projects = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    return try projects.filter { !$0.contains(".") }.flatMap { project in
      try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(project)").sorted().flatMap { file in
        let path = "\(folder)/\(project)/\(file)"
        return try Document.parse(Data(contentsOf: URL(filePath: path)), file: path).map { Object($0.json) }
      }
    }
  }
}
