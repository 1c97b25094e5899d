import JSON

extension Object {
  /// Ready when every replica is of the current template and available, and the controller says that the rollout is
  /// done. Failed when the controller gave up (`ProgressDeadlineExceeded`).
  func deploymentReadiness(in context: StatusContext) -> Readiness {
    let conditions = self.conditions
    let pods = pods(in: context, ownedThrough: "ReplicaSet")
    let revision = currentRevision(conditions, pods)
    let blame = Blame(pods) { revision == nil || $0.label("pod-template-hash") == revision }

    if let progressing = conditions.first("Progressing"), progressing.reason == "ProgressDeadlineExceeded" {
      let pod = blame.problem?.blocker
      let cause = pod.map { "; \($0.reason): \($0.message)" } ?? ""
      return .failed(Blocker(progressing.reason, progressing.blocker.message + cause, object: pod?.object))
    }
    guard let shortfall = deploymentShortfall(conditions) else { return .ready }
    if let failure = conditions.first("ReplicaFailure"), failure.isTrue { return .progressing(failure.blocker) }
    if json["spec"]?["paused"]?.bool == true {
      return .progressing(Blocker("DeploymentPaused", "spec.paused is set (\(shortfall.message))"))
    }
    return .progressing(blame.blocker(shortfall.reason, shortfall.message))
  }

  /// The comparisons of kstatus, in its order.
  private func deploymentShortfall(_ conditions: [Condition]) -> Blocker? {
    let wanted = count("spec", "replicas", default: 1)
    let existing = count("status", "replicas")
    let updated = count("status", "updatedReplicas")
    let available = count("status", "availableReplicas")
    let ready = count("status", "readyReplicas")
    if wanted > existing { return Blocker("LessReplicas", "\(existing) of \(wanted) replicas exist") }
    if wanted > updated { return Blocker("LessUpdated", "\(updated) of \(wanted) replicas are updated") }
    if existing > wanted { return Blocker("ExtraPods", "\(existing - wanted) old replicas still run") }
    if updated > available {
      return Blocker("LessAvailable", "\(available) of \(updated) replicas are available\(settling)")
    }
    if wanted > ready { return Blocker("LessReady", "\(ready) of \(wanted) replicas are ready") }
    // Without a deadline the controller does not set Progressing. Its way to say "none" is the largest Int32.
    let hasDeadline = count("spec", "progressDeadlineSeconds", default: .maximumDeadline) != .maximumDeadline
    let isComplete = conditions.contains {
      $0.type == "Progressing" && $0.isTrue && $0.reason == "NewReplicaSetAvailable"
    }
    if hasDeadline, !isComplete {
      return Blocker("ReplicaSetNotAvailable", "the controller has not called the rollout complete yet")
    }
    if !conditions.isTrue("Available") {
      return Blocker("DeploymentNotAvailable", conditions.first("Available")?.message ?? "it is not available yet")
    }
    return nil
  }

  /// The `pod-template-hash` of the pods that are being rolled out. The controller names their ReplicaSet in its
  /// Progressing condition (`ReplicaSet "web-6d4cf56db6" is progressing.`); without that, the newest pod tells.
  private func currentRevision(_ conditions: [Condition], _ pods: [Object]) -> String? {
    let words = conditions.first("Progressing")?.message.split(separator: "\"") ?? []
    if words.count > 1, words[1].hasPrefix("\(name)-") { return String(words[1].dropFirst(name.count + 1)) }
    return pods.max { $0.creationTimestamp < $1.creationTimestamp }?.label("pod-template-hash")
  }
}

extension Int {
  fileprivate static let maximumDeadline = Int(Int32.max)
}

extension Object {
  /// RFC 3339 in UTC, so that later ones sort after earlier ones.
  var creationTimestamp: String { metadata["creationTimestamp"]?.string ?? "" }

  /// Why ready replicas may not count as available yet.
  var settling: String {
    let seconds = count("spec", "minReadySeconds")
    return seconds > 0 ? "; they count \(seconds) s after they became ready" : ""
  }
}
