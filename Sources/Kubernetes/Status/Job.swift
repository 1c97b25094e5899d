import JSON

extension Object {
  /// Ready only when Complete; kstatus calls a running Job current already. Failed when the controller gave up.
  func jobReadiness(in context: StatusContext) -> Readiness {
    let pods = jobPods(in: context)
    // The controller sets one of the two, and only once.
    let end = conditions.first { $0.isTrue && ["Complete", "Failed"].contains($0.type) }
    if end?.type == "Complete" { return .ready }
    if let failed = end {
      let pod = lastFailure(pods)
      let cause = pod.map { "; \($0.reason): \($0.message)" } ?? ""
      let reason = failed.reason.isEmpty ? "JobFailed" : failed.reason
      return .failed(Blocker(reason, failed.blocker.message + cause, object: pod?.object))
    }
    if json["spec"]?["suspend"]?.bool == true { return .progressing(Blocker("Suspended", "spec.suspend is set")) }
    if json["status"]?["startTime"]?.string == nil {
      return .progressing(Blocker("JobNotStarted", "the Job controller has not started it yet"))
    }
    return .progressing(running(pods))
  }

  private func running(_ pods: [Object]) -> Blocker {
    let wanted = count("spec", "completions", default: count("spec", "parallelism", default: 1))
    let active = count("status", "active")
    let failed = count("status", "failed")
    let figures =
      "\(count("status", "succeeded")) of \(wanted) completions, \(active) active"
      + (failed > 0 ? ", \(failed) failed" : "")
    let unended = pods.filter { $0.json["status"]?["phase"]?.string != "Failed" }
    let blocker = Blame(unended).blocker("JobRunning", figures)
    if blocker.object == nil, active == 0, let pod = lastFailure(pods) {
      return Blocker(pod.reason, "\(pod.message) (\(figures))", object: pod.object)
    }
    return blocker
  }

  private func lastFailure(_ pods: [Object]) -> Blocker? {
    pods.filter { $0.json["status"]?["phase"]?.string == "Failed" }
      .max { ($0.creationTimestamp, $0.name) < ($1.creationTimestamp, $1.name) }?
      .podProblem()?.blocker
  }

  /// The Job's pods, by its selector or, in an object that the server has not completed, by the label that it puts on.
  private func jobPods(in context: StatusContext) -> [Object] {
    let selected = pods(in: context)
    guard selected.isEmpty, selector == nil else { return selected }
    return context.pods.filter { $0.namespace == namespace && $0.label("job-name") == name }
  }
}
