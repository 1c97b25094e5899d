import JSON

extension Object {
  /// Ready when every node that should run a pod runs an available one of the current template; but for those that
  /// are off as they may be, and run no ready one.
  func daemonSetReadiness(in context: StatusContext) -> Readiness {
    if generation == nil { return .progressing(Blocker("NoGeneration", "metadata.generation is not set yet")) }
    if json["status"]?["observedGeneration"]?.int == nil {
      return .progressing(Blocker("NoObservedGeneration", "the DaemonSet controller has not looked at it yet"))
    }
    // The controller stamps the template's generation on the pods it makes from it.
    let template = annotation("deprecated.daemonset.template.generation")
    func isCurrent(_ pod: Object) -> Bool {
      guard let template, let stamp = pod.label("pod-template-generation") else { return true }
      return stamp == template
    }
    let pods = pods(in: context)
    let asleep = pods.filter { pod in
      context.sleeping.contains(pod.json["spec"]?["nodeName"]?.string ?? "")
        && !pod.hasReadyCondition
    }
    let updatedAsleep = asleep.count { isCurrent($0) }
    guard let shortfall = daemonSetShortfall(asleep: asleep.count, updatedAsleep: updatedAsleep) else { return .ready }
    let sleepers = Set(asleep.map(\.name))
    let blame = Blame(pods.filter { !sleepers.contains($0.name) }, isCurrent: isCurrent)
    return .progressing(blame.blocker(shortfall.reason, shortfall.message))
  }

  /// The comparisons of kstatus, in its order.
  /// - Parameters:
  ///   - asleep: pods that need not run.
  ///   - updatedAsleep: those of them that are of the current template.
  private func daemonSetShortfall(asleep: Int, updatedAsleep: Int) -> Blocker? {
    guard let desired = json["status"]?["desiredNumberScheduled"]?.int, desired != -1 else {
      return Blocker("NoDesiredNumber", "the controller has not counted the nodes yet")
    }
    let wanted = desired - asleep
    let current = count("status", "currentNumberScheduled") - asleep
    let updated = count("status", "updatedNumberScheduled") - updatedAsleep
    let available = count("status", "numberAvailable")
    let ready = count("status", "numberReady")
    if wanted > current { return Blocker("LessCurrent", "\(current) of \(wanted) nodes have a pod") }
    if wanted > updated {
      let manual = json["spec"]?["updateStrategy"]?["type"]?.string == "OnDelete"
      let hint = manual ? "; the update strategy is OnDelete: delete the old pods to go on" : ""
      return Blocker("LessUpdated", "\(updated) of \(wanted) nodes have an updated pod\(hint)")
    }
    if wanted > available {
      return Blocker("LessAvailable", "\(available) of \(wanted) nodes have an available pod\(settling)")
    }
    if wanted > ready { return Blocker("LessReady", "\(ready) of \(wanted) nodes have a ready pod") }
    return nil
  }
}
