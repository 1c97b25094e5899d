import JSON

extension Object {
  /// Ready when every node that should run a pod runs an available one of the current template.
  func daemonSetReadiness(in context: StatusContext) -> Readiness {
    if generation == nil { return .progressing(Blocker("NoGeneration", "metadata.generation is not set yet")) }
    if json["status"]?["observedGeneration"]?.int == nil {
      return .progressing(Blocker("NoObservedGeneration", "the DaemonSet controller has not looked at it yet"))
    }
    guard let shortfall = daemonSetShortfall else { return .ready }
    // The controller stamps the template's generation on the pods it makes from it.
    let template = annotation("deprecated.daemonset.template.generation")
    let blame = Blame(pods(in: context)) {
      guard let template, let stamp = $0.label("pod-template-generation") else { return true }
      return stamp == template
    }
    return .progressing(blame.blocker(shortfall.reason, shortfall.message))
  }

  /// The comparisons of kstatus, in its order.
  private var daemonSetShortfall: Blocker? {
    guard let wanted = json["status"]?["desiredNumberScheduled"]?.int, wanted != -1 else {
      return Blocker("NoDesiredNumber", "the controller has not counted the nodes yet")
    }
    let current = count("status", "currentNumberScheduled")
    let updated = count("status", "updatedNumberScheduled")
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
