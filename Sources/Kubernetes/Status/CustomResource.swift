import JSON

extension Object {
  /// Readiness of a kind that is not Kubernetes' own.
  ///
  /// The generation that was observed, `Stalled` and `Reconciling` come first, as in kstatus; then the rule of the kind
  /// where it has one; then what the status says by common conventions. An object without status is ready only if its
  /// definition declares no status that a controller would fill.
  func customResourceReadiness(in context: StatusContext) -> Readiness {
    let kind = context.definitions[gvk.groupKind].map { CustomKind($0, version: gvk.version) }
    if let decided = fluxReadiness(kind) { return decided }
    if let decided = standardConditions(checkGeneration: kind?.hasStatusSubresource ?? true) { return decided }
    if let decided = knownKindReadiness(in: context) { return decided }
    if hasStatus { return reportedReadiness(in: context) }
    guard let kind else {
      return .progressing(
        Blocker(
          "DefinitionUnknown",
          "the CustomResourceDefinition of \(gvk.groupKind) is not known, so neither is whether a controller reports"))
    }
    return kind.isReported ? .progressing(.notObserved(self)) : .ready
  }

  /// Kinds that the common conventions would misjudge.
  private func knownKindReadiness(in context: StatusContext) -> Readiness? {
    switch gvk.group {
    case "gateway.networking.k8s.io", "gateway.networking.x-k8s.io": gatewayReadiness()
    case "argoproj.io": gvk.kind == "Application" ? applicationReadiness() : nil
    case "cilium.io": ciliumReadiness()
    case "helm.cattle.io": gvk.kind == "HelmChart" ? helmChartReadiness(in: context) : nil
    case "longhorn.io": longhornReadiness()
    case "objectbucket.io": gvk.kind == "ObjectBucketClaim" ? bucketClaimReadiness() : nil
    case "postgresql.cnpg.io": appliedReadiness()
    default: nil
    }
  }

  var hasStatus: Bool { json["status"]?.object.map { !$0.isEmpty } ?? false }

  // MARK: Common conventions

  private func reportedReadiness(in context: StatusContext) -> Readiness {
    let status = json["status"] ?? .null
    if let decided = conditionsReadiness(conditions) {
      return decided.blocker.map { .progressing(explained($0, in: context)) } ?? decided
    }
    if isKnownToReportReady { return .progressing(.notObserved(self)) }
    if let ancestors = status["ancestors"]?.array { return ancestorsReadiness(ancestors) }
    if status["readyToUse"]?.bool == false {
      let message = status["error"]?["message"]?.string ?? status["error"]?.string ?? "it is not ready to use yet"
      return .progressing(Blocker("NotReadyToUse", message))
    }
    for key in ["phase", "state"] {
      guard let word = status[key]?.string, StatusWord.isUnready(word) else { continue }
      let message = status["\(key)Reason"]?.string ?? status["message"]?.string ?? status["error"]?.string ?? ""
      let blocker = Blocker(word, message.isEmpty ? "its \(key) is \(word)" : message)
      return .progressing(explained(blocker, in: context))
    }
    return .ready
  }

  /// Ready decides alone; else every condition that is good when true must be true, and none that is bad when true.
  /// - Returns: `nil` where no condition has a known meaning.
  private func conditionsReadiness(_ conditions: [Condition]) -> Readiness? {
    if let ready = conditions.first("Ready") ?? conditions.first("ready") { return demand(ready) }
    let good = conditions.filter { StatusWord.isGood(condition: $0.type) }
    for condition in good {
      if let unmet = demand(condition).blocker { return .progressing(unmet) }
    }
    if let bad = conditions.first(where: { $0.isTrue && StatusWord.isBad(condition: $0.type) }) {
      return .progressing(bad.blocker)
    }
    return good.isEmpty ? nil : .ready
  }

  /// What a condition that is good when true says of this object's present generation.
  func demand(_ condition: Condition) -> Readiness {
    if condition.isStale(for: generation) {
      return .progressing(
        Blocker(
          "LatestGenerationNotObserved",
          "condition \(condition.type) is of generation \(condition.observedGeneration ?? 0), "
            + "the object is at \(generation ?? 0)"))
    }
    return condition.isTrue ? .ready : .progressing(condition.blocker)
  }

  /// Adds the phase, where a status has one beside its conditions, and names a pod of the object's own.
  private func explained(_ blocker: Blocker, in context: StatusContext) -> Blocker {
    var blocker = blocker
    let status = json["status"]
    if let phase = status?["phase"]?.string, phase != blocker.reason, !blocker.message.contains(phase) {
      let reason = status?["phaseReason"]?.string ?? ""
      blocker.message += " (phase: \(phase)\(reason.isEmpty ? "" : ", \(reason)"))"
    }
    guard let uid else { return blocker }
    let pods = context.pods.filter { pod in
      pod.metadata["ownerReferences"]?.array?.contains { $0["uid"]?.string == uid } ?? false
    }
    return Blame(pods).blocker(blocker.reason, blocker.message)
  }

  /// Kinds that always get a Ready condition, so that a status without it is one in the making.
  private var isKnownToReportReady: Bool {
    switch gvk.group {
    case "external-secrets.io", "fluxcd.controlplane.io": true
    case "cert-manager.io": true
    case "postgresql.cnpg.io": gvk.kind == "Cluster"
    default: gvk.group.hasSuffix(".toolkit.fluxcd.io")
    }
  }
}
