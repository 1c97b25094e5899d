import JSON

extension Object {
  /// Set to `exists` on an object, this makes it count as ready as soon as it is there: for kinds whose controller
  /// reports nothing useful, such as an Ingress whose controller never publishes an address.
  public static let readyAnnotation = "croft.dev/ready"

  /// Whether this object, as the server last gave it, has become what was asked for, and if not, what is in the way.
  ///
  /// The rules are those of kstatus (sigs.k8s.io/cli-utils/pkg/kstatus) with the additions that docs/status.md lists.
  public func readiness(in context: StatusContext) -> Readiness {
    if isBeingDeleted { return .terminating }
    if annotation(Object.readyAnnotation) == "exists" { return .ready }
    guard gvk.groupKind.isBuiltIn else { return customResourceReadiness(in: context) }
    let readiness = standardConditions() ?? builtInReadiness(in: context)
    // Where no pod is to blame, none may have been let in.
    if case .progressing(let blocker) = readiness, blocker.object == nil, let refusal = refusal(in: context) {
      return .progressing(Blocker("FailedCreate", refusal.message))
    }
    return readiness
  }

  /// What every kind has in common: the generation that was observed, and the conditions that kstatus defines.
  /// - Returns: `nil` where these do not decide.
  func standardConditions(checkGeneration: Bool = true) -> Readiness? {
    if checkGeneration, let generation, let observed = json["status"]?["observedGeneration"]?.int,
      observed != generation
    {
      return .progressing(
        observed < 1
          ? .notObserved(self)
          : Blocker(
            "LatestGenerationNotObserved",
            "its controller has seen generation \(observed), the object is at \(generation)"))
    }
    for condition in conditions where condition.isTrue {
      if condition.type == "Reconciling" { return .progressing(condition.blocker) }
      if condition.type == "Stalled" { return .failed(condition.blocker) }
    }
    return nil
  }

  private func builtInReadiness(in context: StatusContext) -> Readiness {
    switch gvk.groupKind.description {
    case "Pod": podReadiness(in: context)
    case "Service": serviceReadiness()
    case "PersistentVolumeClaim": claimReadiness(in: context)
    case "Namespace": namespaceReadiness()
    case "Node": nodeReadiness()
    case "ReplicationController": replicaSetReadiness(in: context)
    case "Deployment.apps", "Deployment.extensions": deploymentReadiness(in: context)
    case "StatefulSet.apps": statefulSetReadiness(in: context)
    case "DaemonSet.apps", "DaemonSet.extensions": daemonSetReadiness(in: context)
    case "ReplicaSet.apps", "ReplicaSet.extensions": replicaSetReadiness(in: context)
    case "Job.batch": jobReadiness(in: context)
    case "Ingress.networking.k8s.io", "Ingress.extensions": ingressReadiness()
    case "HorizontalPodAutoscaler.autoscaling": autoscalerReadiness()
    case "CustomResourceDefinition.apiextensions.k8s.io": definitionReadiness()
    case "APIService.apiregistration.k8s.io": apiServiceReadiness()
    // There as soon as they exist: their controllers report nothing that could be waited for. A CronJob waits for its
    // time, and a PodDisruptionBudget has been computed when its generation was observed, which was looked at above.
    case "ConfigMap", "Secret", "CronJob.batch", "PodDisruptionBudget.policy": .ready
    default: readyCondition() ?? .ready
    }
  }

  /// The `Ready` condition, which kstatus falls back on for kinds without a rule.
  private func readyCondition() -> Readiness? {
    conditions.first("Ready").map { $0.isTrue ? .ready : .progressing($0.blocker) }
  }
}

extension Blocker {
  /// The object's controller has not looked at it yet.
  static func notObserved(_ object: Object) -> Blocker {
    Blocker("NotObserved", "the controller of \(object.kind) has not looked at it yet")
  }
}

extension GroupKind {
  /// Whether the API group is one of Kubernetes itself. Others, `gateway.networking.k8s.io` too, are of custom resources
  /// or aggregated servers.
  public var isBuiltIn: Bool { builtInGroups.contains(group) }
}

private let builtInGroups: Set<String> = [
  "", "apps", "autoscaling", "batch", "extensions", "policy", "admissionregistration.k8s.io", "apiextensions.k8s.io",
  "apiregistration.k8s.io", "authentication.k8s.io", "authorization.k8s.io", "certificates.k8s.io",
  "coordination.k8s.io", "discovery.k8s.io", "events.k8s.io", "flowcontrol.apiserver.k8s.io",
  "internal.apiserver.k8s.io", "networking.k8s.io", "node.k8s.io", "rbac.authorization.k8s.io", "resource.k8s.io",
  "scheduling.k8s.io", "storage.k8s.io", "storagemigration.k8s.io",
]
