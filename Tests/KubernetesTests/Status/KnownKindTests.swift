import Testing

/// Kinds of other projects that the common conventions alone would misjudge, and some that they judge well.
struct KnownKindTests {
  @Test(arguments: gateways) func gatewayRule(_ this: StatusCase) throws { try this.check() }
  @Test(arguments: argo) func argoRule(_ this: StatusCase) throws { try this.check() }
  @Test(arguments: flux) func fluxRule(_ this: StatusCase) throws { try this.check() }
  @Test(arguments: others) func otherRule(_ this: StatusCase) throws { try this.check() }

  static let pending = """
    {type: Accepted, status: Unknown, reason: Pending, message: Waiting for controller, \
    lastTransitionTime: "1970-01-01T00:00:00Z"}
    """
  static let accepted = "{type: Accepted, status: \"True\", reason: Accepted, observedGeneration: 1}"
  static let resolved = "{type: ResolvedRefs, status: \"True\", reason: ResolvedRefs, observedGeneration: 1}"
  static let programmed = "{type: Programmed, status: \"True\", reason: Programmed, observedGeneration: 1}"

  static let gateways = [
    StatusCase(
      "class, as the definition made it", gateway("GatewayClass", "conditions: [\(pending)]"),
      is: "progressing NotObserved"),
    StatusCase("class accepted", gateway("GatewayClass", "conditions: [\(accepted)]"), is: "ready"),
    StatusCase(
      "class refused",
      gateway("GatewayClass", "conditions: [{type: Accepted, status: \"False\", reason: InvalidParameters}]"),
      is: "progressing InvalidParameters"),
    StatusCase(
      "gateway, as the definition made it", gateway("Gateway", "conditions: [\(pending)]"),
      is: "progressing NotObserved"),
    StatusCase(
      "gateway without status", "{kind: Gateway, apiVersion: gateway.networking.k8s.io/v1}",
      is: "progressing NotObserved"),
    StatusCase("gateway accepted only", gateway("Gateway", "conditions: [\(accepted)]"), is: "progressing NotObserved"),
    StatusCase("gateway programmed", gateway("Gateway", "conditions: [\(accepted), \(programmed)]"), is: "ready"),
    StatusCase(
      "gateway of an older generation",
      """
      kind: Gateway
      apiVersion: gateway.networking.k8s.io/v1
      metadata: {generation: 2}
      status: {conditions: [\(accepted), \(programmed)]}
      """, is: "progressing LatestGenerationNotObserved"),
    StatusCase(
      "gateway with a bad listener",
      """
      kind: Gateway
      apiVersion: gateway.networking.k8s.io/v1
      status:
        conditions:
        - \(accepted)
        - {type: Programmed, status: "False", reason: Invalid, message: no listener is valid}
        listeners:
        - {name: http, conditions: [\(accepted)]}
        - {name: https, conditions: [{type: ResolvedRefs, status: "False", reason: InvalidCertificateRef, message: no secret}]}
      """,
      is: "progressing Invalid: no listener is valid; listener https: InvalidCertificateRef: no secret"),
    StatusCase(
      "route without answer", route("parents: []"),
      is: "progressing NotObserved: gateway home/web has not looked at it yet"),
    StatusCase(
      "route without status",
      "kind: HTTPRoute\napiVersion: gateway.networking.k8s.io/v1\nspec: {parentRefs: [{name: web}]}",
      is: "progressing NotObserved"),
    StatusCase(
      "route accepted", route("parents: [{parentRef: {name: web}, conditions: [\(accepted), \(resolved)]}]"),
      is: "ready"),
    StatusCase(
      "route accepted, defaults written out",
      route(
        "parents: [{parentRef: {group: gateway.networking.k8s.io, kind: Gateway, namespace: home, name: web}, "
          + "conditions: [\(accepted), \(resolved)]}]"), is: "ready"),
    StatusCase(
      "route refused",
      route(
        "parents: [{parentRef: {name: web}, conditions: [{type: Accepted, status: \"False\", reason: NoMatchingListenerHostname}]}]"
      ),
      is: "progressing NoMatchingListenerHostname: gateway home/web: condition Accepted is False"),
    StatusCase(
      "route to a missing service",
      route(
        "parents: [{parentRef: {name: web}, conditions: [\(accepted), {type: ResolvedRefs, status: \"False\", "
          + "reason: BackendNotFound, message: service paper not found}]}]"),
      is: "progressing BackendNotFound: gateway home/web: service paper not found"),
    StatusCase(
      "route with two parents, one silent",
      """
      kind: GRPCRoute
      apiVersion: gateway.networking.k8s.io/v1
      spec: {parentRefs: [{name: web}, {name: web, namespace: edge, sectionName: https}]}
      status: {parents: [{parentRef: {name: web}, conditions: [\(accepted)]}]}
      """, is: "progressing NotObserved: gateway edge/web listener https has not looked at it yet"),
    StatusCase(
      "route that one of two controllers took",
      route(
        "parents: [{parentRef: {name: web}, conditions: [{type: Accepted, status: \"False\", reason: No}]}, "
          + "{parentRef: {name: web}, conditions: [\(accepted)]}]"), is: "ready"),
    StatusCase(
      "route without parents", "{kind: HTTPRoute, apiVersion: gateway.networking.k8s.io/v1, spec: {}}", is: "ready"),
    StatusCase("policy without answer", gateway("BackendTLSPolicy", "ancestors: []"), is: "progressing NotObserved"),
    StatusCase(
      "policy accepted",
      gateway("BackendTLSPolicy", "ancestors: [{ancestorRef: {name: web}, conditions: [\(accepted)]}]"),
      is: "ready"),
  ]

  static let argo = [
    StatusCase("nothing looked at it", application(""), is: "progressing NotObserved"),
    StatusCase(
      "synced and healthy", application("status: {sync: {status: Synced}, health: {status: Healthy}}"), is: "ready"),
    StatusCase(
      "differs", application("status: {sync: {status: OutOfSync}, health: {status: Healthy}}"),
      is: "progressing OutOfSync: the cluster differs from its source"),
    StatusCase(
      "syncing",
      application(
        "status: {sync: {status: OutOfSync}, operationState: {phase: Running, message: waiting for hook}}"),
      is: "progressing OutOfSync: sync is Running: waiting for hook"),
    StatusCase(
      "synced, not healthy",
      application(
        """
        status:
          sync: {status: Synced}
          health: {status: Degraded}
          resources:
          - {kind: Service, name: web, health: {status: Healthy}}
          - {kind: Deployment, name: web, health: {status: Degraded, message: deadline exceeded}}
        """), is: "progressing Degraded: Deployment web is Degraded: deadline exceeded"),
    StatusCase("health not known", application("status: {sync: {status: Synced}}"), is: "progressing Unknown"),
    StatusCase(
      "source cannot be read",
      application(
        "status: {sync: {status: Unknown}, conditions: [{type: ComparisonError, message: repository not found}]}"),
      is: "progressing ComparisonError: repository not found"),
    StatusCase(
      "another source since",
      """
      kind: Application
      apiVersion: argoproj.io/v1alpha1
      spec: {source: {repoURL: "https://git.example", path: a, targetRevision: v2}}
      status:
        sync: {status: Synced, comparedTo: {source: {repoURL: "https://git.example", path: a, targetRevision: v1}}}
        health: {status: Healthy}
      """, is: "progressing LatestGenerationNotObserved"),
    StatusCase(
      "an application set with errors",
      "{kind: ApplicationSet, apiVersion: argoproj.io/v1alpha1, "
        + "\(ClusterTests.conditions("ErrorOccurred: True ApplicationGenerationFailed"))}",
      is: "progressing ApplicationGenerationFailed"),
    StatusCase(
      "an application set",
      "{kind: ApplicationSet, apiVersion: argoproj.io/v1alpha1, "
        + "\(ClusterTests.conditions("ErrorOccurred: False Fine", "ResourcesUpToDate: True Fine"))}", is: "ready"),
  ]

  static let flux = [
    StatusCase(
      "as the definition made it", kustomization("status: {observedGeneration: -1}"),
      is: "progressing NotObserved: the controller of Kustomization has not looked at it yet"),
    StatusCase("ready", kustomization("status: {observedGeneration: 1, \(ready("True"))}"), is: "ready"),
    StatusCase(
      "not ready", kustomization("status: {observedGeneration: 1, \(ready("False"))}"),
      is: "progressing ReconciliationFailed: kustomize build failed"),
    StatusCase(
      "observed, no condition yet", kustomization("status: {observedGeneration: 1}"), is: "progressing NotObserved"),
    StatusCase(
      "suspended", kustomization("spec: {suspend: true}\nstatus: {observedGeneration: 1, \(ready("True"))}"),
      is: "progressing Suspended"),
    StatusCase(
      "an OCI repository is never looked at",
      "{kind: HelmRepository, apiVersion: source.toolkit.fluxcd.io/v1, metadata: {generation: 1}, spec: {type: oci}, "
        + "status: {observedGeneration: -1}}", is: "ready"),
    StatusCase(
      "a provider has no status to wait for",
      "{kind: Provider, apiVersion: notification.toolkit.fluxcd.io/v1beta3}",
      beside: """
        kind: CustomResourceDefinition
        spec: {group: notification.toolkit.fluxcd.io, names: {kind: Provider}, versions: [{name: v1beta3}]}
        """, is: "ready"),
  ]

  static let others = [
    StatusCase(
      "cert-manager: a certificate being issued",
      "{kind: Certificate, apiVersion: cert-manager.io/v1, \(ClusterTests.conditions("Issuing: True DoesNotExist", "Ready: False DoesNotExist"))}",
      is: "progressing DoesNotExist: words of Ready"),
    StatusCase(
      "cert-manager: the first condition is not Ready",
      "{kind: Certificate, apiVersion: cert-manager.io/v1, \(ClusterTests.conditions("Issuing: True DoesNotExist"))}",
      is: "progressing NotObserved"),
    StatusCase(
      "cert-manager: an order", "{kind: Order, apiVersion: acme.cert-manager.io/v1, status: {state: pending}}",
      is: "progressing pending"),
    StatusCase(
      "CloudNativePG: a cluster being made",
      "{kind: Cluster, apiVersion: postgresql.cnpg.io/v1, status: {phase: Setting up primary}}",
      is: "progressing NotObserved"),
    StatusCase(
      "CloudNativePG: a cluster that says why",
      """
      kind: Cluster
      apiVersion: postgresql.cnpg.io/v1
      status:
        phase: Setting up primary
        phaseReason: creating instance it-1
        conditions: [{type: Ready, status: "False", reason: ClusterIsNotReady, message: Cluster Is Not Ready}]
      """,
      is: "progressing ClusterIsNotReady: Cluster Is Not Ready (phase: Setting up primary, creating instance it-1)"),
    StatusCase(
      "CloudNativePG: a database",
      "{kind: Database, apiVersion: postgresql.cnpg.io/v1, status: {applied: false, message: role app is missing}}",
      is: "progressing NotApplied: role app is missing"),
    StatusCase(
      "CloudNativePG: a database there", "{kind: Database, apiVersion: postgresql.cnpg.io/v1, status: {applied: true}}",
      is: "ready"),
    StatusCase(
      "Cilium: an announcement policy without status",
      "{kind: CiliumL2AnnouncementPolicy, apiVersion: cilium.io/v2alpha1}", is: "ready"),
    StatusCase(
      "Cilium: an announcement policy with a bad selector",
      "{kind: CiliumL2AnnouncementPolicy, apiVersion: cilium.io/v2alpha1, "
        + "\(ClusterTests.conditions("io.cilium/bad-service-selector: True error"))}",
      is: "progressing io.cilium/bad-service-selector"),
    StatusCase(
      "Cilium: a pool, with its numbers",
      "{kind: CiliumLoadBalancerIPPool, apiVersion: cilium.io/v2, "
        + "\(ClusterTests.conditions("cilium.io/PoolConflict: False resolved", "cilium.io/IPsTotal: Unknown noreason"))}",
      is: "ready"),
    StatusCase(
      "Cilium: a pool that overlaps",
      "{kind: CiliumLoadBalancerIPPool, apiVersion: cilium.io/v2, "
        + "\(ClusterTests.conditions("cilium.io/PoolConflict: True cidr_overlap"))}",
      is: "progressing cilium.io/PoolConflict"),
    StatusCase(
      "Cilium: a policy that is not valid",
      "{kind: CiliumNetworkPolicy, apiVersion: cilium.io/v2, \(ClusterTests.conditions("Valid: False Invalid"))}",
      is: "progressing Invalid"),
    StatusCase(
      "MetalLB: a pool with its numbers",
      "{kind: IPAddressPool, apiVersion: metallb.io/v1beta1, status: {assignedIPv4: 0, availableIPv4: 8}}", is: "ready"),
    StatusCase(
      "K3s: a chart nobody looked at", "{kind: HelmChart, apiVersion: helm.cattle.io/v1}", is: "progressing NotObserved"
    ),
    StatusCase(
      "K3s: a chart whose Job is gone", "{kind: HelmChart, apiVersion: helm.cattle.io/v1, status: {jobName: a}}",
      is: "ready"),
    StatusCase(
      "K3s: a chart being installed", "{kind: HelmChart, apiVersion: helm.cattle.io/v1, status: {jobName: a}}",
      beside:
        "{metadata: {name: helm-install-it-a, labels: {helmcharts.helm.cattle.io/chart: it}}, \(DeploymentTests.well)}",
      is: "progressing pod/home/helm-install-it-a: JobRunning: helm is installing the chart"),
    StatusCase(
      "K3s: a chart that was given up",
      "{kind: HelmChart, apiVersion: helm.cattle.io/v1, "
        + "\(ClusterTests.conditions("JobCreated: True Created", "Failed: True JobFailed"))}",
      is: "failed JobFailed"),
    StatusCase(
      "Longhorn: a volume that no pod uses",
      "{kind: Volume, apiVersion: longhorn.io/v1beta2, status: {state: detached, robustness: unknown}}", is: "ready"),
    StatusCase(
      "Longhorn: a volume that lost its replicas",
      "{kind: Volume, apiVersion: longhorn.io/v1beta2, status: {state: attached, robustness: faulted}}",
      is: "progressing Faulted"),
    StatusCase(
      "Longhorn: a volume without room",
      "{kind: Volume, apiVersion: longhorn.io/v1beta2, "
        + "\(ClusterTests.conditions("Scheduled: False ReplicaSchedulingFailure"))}",
      is: "progressing ReplicaSchedulingFailure"),
    StatusCase(
      "Longhorn: no backup target set",
      "{kind: BackupTarget, apiVersion: longhorn.io/v1beta2, spec: {backupTargetURL: \"\"}, status: {available: false}}",
      is: "ready"),
    StatusCase(
      "Longhorn: a backup target out of reach",
      "{kind: BackupTarget, apiVersion: longhorn.io/v1beta2, spec: {backupTargetURL: \"nfs://nas\"}, "
        + "status: {available: false, conditions: [{type: Unavailable, status: \"True\", reason: Unavailable, message: refused}]}}",
      is: "progressing Unavailable: refused"),
    StatusCase(
      "Longhorn: an engine image",
      "{kind: EngineImage, apiVersion: longhorn.io/v1beta2, "
        + "\(ClusterTests.conditions("ready: False Deploying"))}", is: "progressing Deploying"),
    StatusCase(
      "Rook: a cluster on its way",
      "{kind: CephCluster, apiVersion: ceph.rook.io/v1, status: {phase: Progressing, message: Configuring Ceph Mons, "
        + "conditions: [{type: Progressing, status: \"True\"}]}}", is: "progressing Progressing: Configuring Ceph Mons"),
    StatusCase(
      "Rook: a pool", "{kind: CephBlockPool, apiVersion: ceph.rook.io/v1, status: {phase: Ready}}", is: "ready"),
    StatusCase(
      "Rook: a bucket claim without status", "{kind: ObjectBucketClaim, apiVersion: objectbucket.io/v1alpha1}",
      is: "progressing NotBound"),
    StatusCase(
      "Rook: a bucket claim", "{kind: ObjectBucketClaim, apiVersion: objectbucket.io/v1alpha1, status: {phase: Bound}}",
      is: "ready"),
    StatusCase(
      "Dragonfly", "{kind: Dragonfly, apiVersion: dragonflydb.io/v1alpha1, status: {phase: configuring-replication}}",
      is: "progressing configuring-replication"),
  ]

  static func gateway(_ kind: String, _ status: String) -> String {
    "kind: \(kind)\napiVersion: gateway.networking.k8s.io/v1\nstatus: {\(status)}"
  }

  static func route(_ status: String) -> String {
    "kind: HTTPRoute\napiVersion: gateway.networking.k8s.io/v1\nspec: {parentRefs: [{name: web}]}\nstatus: {\(status)}"
  }

  static func application(_ rest: String) -> String { "kind: Application\napiVersion: argoproj.io/v1alpha1\n\(rest)" }

  static func kustomization(_ rest: String) -> String {
    "kind: Kustomization\napiVersion: kustomize.toolkit.fluxcd.io/v1\nmetadata: {generation: 1}\n\(rest)"
  }

  static func ready(_ status: String) -> String {
    "conditions: [{type: Ready, status: \"\(status)\", reason: ReconciliationFailed, message: kustomize build failed}]"
  }
}
