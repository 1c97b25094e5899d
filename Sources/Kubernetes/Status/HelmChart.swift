import JSON

extension Object {
  /// The HelmChart of K3s only says that a Job was made and, with the failure policy `abort`, that it failed. Whether
  /// the chart is installed shows in the Job's pods, which carry the chart's name, for as long as they are there.
  func helmChartReadiness(in context: StatusContext) -> Readiness? {
    if let failed = conditions.first("Failed"), failed.isTrue { return .failed(failed.blocker) }
    guard json["status"]?["jobName"]?.string != nil || conditions.isTrue("JobCreated") else {
      return .progressing(.notObserved(self))
    }
    let pods = context.pods.filter {
      $0.namespace == namespace && $0.label("helmcharts.helm.cattle.io/chart") == name
    }
    guard let latest = pods.max(by: { ($0.creationTimestamp, $0.name) < ($1.creationTimestamp, $1.name) }),
      latest.json["status"]?["phase"]?.string != "Succeeded"
    else { return .ready }
    return .progressing(
      latest.podProblem()?.blocker ?? Blocker("JobRunning", "helm is installing the chart", object: latest.id))
  }
}
