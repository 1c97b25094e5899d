import JSON

extension Object {
  /// Ready when every replica is available. Holds for a ReplicationController too, whose status has the same fields.
  func replicaSetReadiness(in context: StatusContext) -> Readiness {
    if let failure = conditions.first("ReplicaFailure"), failure.isTrue {
      return .progressing(failure.reason.isEmpty ? Blocker("ReplicaFailure", failure.blocker.message) : failure.blocker)
    }
    guard let shortfall = replicaSetShortfall else { return .ready }
    return .progressing(Blame(pods(in: context)).blocker(shortfall.reason, shortfall.message))
  }

  private var replicaSetShortfall: Blocker? {
    let wanted = count("spec", "replicas", default: 1)
    let existing = count("status", "replicas")
    let labelled = count("status", "fullyLabeledReplicas")
    let available = count("status", "availableReplicas")
    let ready = count("status", "readyReplicas")
    if wanted > labelled { return Blocker("LessLabelled", "\(labelled) of \(wanted) replicas exist") }
    if wanted > available {
      return Blocker("LessAvailable", "\(available) of \(wanted) replicas are available\(settling)")
    }
    if wanted > ready { return Blocker("LessReady", "\(ready) of \(wanted) replicas are ready") }
    if existing > wanted { return Blocker("ExtraPods", "\(existing - wanted) replicas too many still run") }
    return nil
  }
}
