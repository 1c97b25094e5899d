import Testing

/// What the controllers' FailedCreate events add where no pod is to blame.
struct RefusalTests {
  @Test(arguments: cases) func rule(_ this: StatusCase) throws { try this.check() }

  static let cases = [
    StatusCase("nobody started the Job", job(), beside: event(), is: "progressing FailedCreate: exceeded quota"),
    StatusCase(
      "a Job of today is started, and has no pod", job("startTime: \"2024-05-01T12:00:00Z\""), beside: event(),
      is: "progressing FailedCreate: exceeded quota"),
    StatusCase(
      "a StatefulSet", workload("StatefulSet", "replicas: 0"), beside: event(),
      is: "progressing FailedCreate: exceeded quota"),
    StatusCase(
      "a ReplicaSet", workload("ReplicaSet", "replicas: 0"), beside: event(),
      is: "progressing FailedCreate: exceeded quota"),
    StatusCase(
      "a DaemonSet that was counted", workload("DaemonSet", "desiredNumberScheduled: 3, observedGeneration: 1"),
      beside: event(), is: "progressing FailedCreate: exceeded quota"),
    StatusCase(
      "a DaemonSet that was not", workload("DaemonSet", ""), beside: event(),
      is: "progressing FailedCreate: exceeded quota"),
    StatusCase(
      "some were let in", workload("StatefulSet", "replicas: 1, readyReplicas: 1"),
      beside: event() + pod(at: "12:00:10", well: true), is: "progressing FailedCreate: exceeded quota"),
    StatusCase(
      "one was let in since", workload("StatefulSet", "replicas: 1, readyReplicas: 1"),
      beside: event() + pod(at: "12:00:11", well: true), is: "progressing LessReplicas: 1 of 2 replicas exist"),
    StatusCase(
      "a pod is to blame", workload("StatefulSet", "replicas: 1"), beside: event() + pod(at: "12:00:05", well: false),
      is: "progressing pod/home/it-0: PodNotObserved: the pod has no phase yet (1 of 2 replicas exist)"),
    StatusCase(
      "the newest counts", job(), beside: event() + event("no such serviceaccount", at: "12:00:20") + event(),
      is: "progressing FailedCreate: no such serviceaccount"),
    StatusCase(
      "seen again, as new recorders say it", job(),
      beside: event("old")
        + """

        ---
        kind: Event
        reason: FailedCreate
        message: newer
        involvedObject: {uid: u1}
        eventTime: "2024-05-01T11:00:00.000000Z"
        series: {count: 3, lastObservedTime: "2024-05-01T12:00:30.000000Z"}
        """, is: "progressing FailedCreate: newer"),
    StatusCase(
      "another's", job(), beside: event().replacing("u1", with: "u2"), is: "progressing JobNotStarted"),
    StatusCase(
      "another reason", job(), beside: event().replacing("FailedCreate", with: "FailedKillPod"),
      is: "progressing JobNotStarted"),
    StatusCase(
      "it has ended", job("conditions: [{type: Complete, status: \"True\"}]"), beside: event(), is: "ready"),
  ]

  static func job(_ status: String = "") -> String {
    "{kind: Job, apiVersion: batch/v1, metadata: {uid: u1}, status: {\(status)}}"
  }

  static func workload(_ kind: String, _ status: String) -> String {
    """
    kind: \(kind)
    apiVersion: apps/v1
    metadata: {uid: u1, generation: 1}
    spec: {replicas: 2, selector: {matchLabels: {app: it}}}
    status: {\(status)}
    """
  }

  static func event(_ message: String = "exceeded quota", at time: String = "12:00:10") -> String {
    """

    ---
    kind: Event
    reason: FailedCreate
    message: \(message)
    involvedObject: {uid: u1}
    lastTimestamp: "2024-05-01T\(time)Z"
    """
  }

  static func pod(at time: String, well: Bool) -> String {
    """

    ---
    metadata:
      name: it-0
      labels: {app: it}
      creationTimestamp: "2024-05-01T\(time)Z"
      ownerReferences: [{kind: StatefulSet, name: it, uid: u1, controller: true}]
    \(well ? DeploymentTests.well : "status: {}")
    """
  }
}
