import JSON

extension Object {
  /// Ready when every replica is ready and of the current template; with a partition, as many of the current template
  /// as the partition lets through. With the update strategy OnDelete the user decides when pods are replaced, so there
  /// is nothing to wait for, as in kstatus.
  func statefulSetReadiness(in context: StatusContext) -> Readiness {
    if json["spec"]?["updateStrategy"]?["type"]?.string == "OnDelete" { return .ready }
    guard let shortfall = statefulSetShortfall else { return .ready }
    let revision = json["status"]?["updateRevision"]?.string
    let blame = Blame(pods(in: context)) { revision == nil || $0.label("controller-revision-hash") == revision }
    return .progressing(blame.blocker(shortfall.reason, shortfall.message))
  }

  /// The comparisons of kstatus, in its order.
  private var statefulSetShortfall: Blocker? {
    let wanted = count("spec", "replicas", default: 1)
    let existing = count("status", "replicas")
    let ready = count("status", "readyReplicas")
    let updated = count("status", "updatedReplicas")
    let current = count("status", "currentReplicas")
    if wanted > existing { return Blocker("LessReplicas", "\(existing) of \(wanted) replicas exist") }
    if wanted > ready { return Blocker("LessReady", "\(ready) of \(wanted) replicas are ready") }
    if existing > wanted { return Blocker("ExtraPods", "\(existing - wanted) replicas too many still run") }
    if let partition = json["spec"]?["updateStrategy"]?["rollingUpdate"]?["partition"]?.int, partition != -1 {
      guard updated < wanted - partition else { return nil }
      return Blocker(
        "PartitionRollout", "\(updated) of \(wanted - partition) replicas above partition \(partition) are updated")
    }
    if wanted > current {
      return Blocker("LessCurrent", "\(current) of \(wanted) replicas are of the current revision")
    }
    let status = json["status"]
    if status?["currentRevision"]?.string ?? "" != status?["updateRevision"]?.string ?? "" {
      return Blocker("RevisionMismatch", "\(updated) of \(wanted) replicas are updated")
    }
    return nil
  }
}
