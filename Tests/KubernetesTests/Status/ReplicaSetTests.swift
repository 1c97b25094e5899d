import Testing

struct ReplicaSetTests {
  @Test(arguments: cases) func rule(_ this: StatusCase) throws { try this.check() }

  static let cases = [
    StatusCase("nothing looked at it", set("spec: {replicas: 2}"), is: "progressing LessLabelled"),
    StatusCase(
      "complete",
      set(
        "spec: {replicas: 2}\n"
          + "status: {replicas: 2, fullyLabeledReplicas: 2, readyReplicas: 2, availableReplicas: 2}"),
      is: "ready"),
    StatusCase("scaled to zero", set("spec: {replicas: 0}\nstatus: {replicas: 0}"), is: "ready"),
    StatusCase(
      "too few available",
      set(
        "spec: {replicas: 2}\n"
          + "status: {replicas: 2, fullyLabeledReplicas: 2, readyReplicas: 2, availableReplicas: 1}"),
      is: "progressing LessAvailable"),
    StatusCase(
      "too few ready",
      set(
        "spec: {replicas: 2}\n"
          + "status: {replicas: 2, fullyLabeledReplicas: 2, readyReplicas: 1, availableReplicas: 2}"),
      is: "progressing LessReady"),
    StatusCase(
      "too many",
      set(
        "spec: {replicas: 1}\n"
          + "status: {replicas: 2, fullyLabeledReplicas: 2, readyReplicas: 2, availableReplicas: 2}"),
      is: "progressing ExtraPods"),
    StatusCase(
      "pods may not be made",
      set(
        """
        spec: {replicas: 1}
        status:
          conditions: [{type: ReplicaFailure, status: "True", reason: FailedCreate, message: exceeded quota}]
        """),
      is: "progressing FailedCreate: exceeded quota"),
    StatusCase(
      "a failure without words",
      set("spec: {replicas: 1}\nstatus: {conditions: [{type: ReplicaFailure, status: \"True\"}]}"),
      is: "progressing ReplicaFailure"),
    StatusCase(
      "a ReplicationController chooses by a plain map",
      "{kind: ReplicationController, spec: {replicas: 1, selector: {app: web}}}",
      beside: "{metadata: {name: it-1, labels: {app: web}}, \(DeploymentTests.crashing)}",
      is: "progressing pod/home/it-1: CrashLoopBackOff: container app ended 3 times, last with exit code 1 (Error) "
        + "(0 of 1 replicas exist)"),
  ]

  static func set(_ rest: String) -> String { "kind: ReplicaSet\napiVersion: apps/v1\n\(rest)" }
}
