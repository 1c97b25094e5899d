import Testing

struct DaemonSetTests {
  @Test(arguments: cases) func rule(_ this: StatusCase) throws { try this.check() }

  static let cases = [
    StatusCase("no generation", "{kind: DaemonSet, apiVersion: apps/v1}", is: "progressing NoGeneration"),
    StatusCase("nothing looked at it", set(""), is: "progressing NoObservedGeneration"),
    StatusCase("nodes not counted", set("status: {observedGeneration: 1}"), is: "progressing NoDesiredNumber"),
    StatusCase(
      "generation not observed", set(generation: 2, "status: {observedGeneration: 1, \(counts(1, 1, 1, 1, 1))}"),
      is: "progressing LatestGenerationNotObserved"),
    StatusCase("complete", set("status: {observedGeneration: 1, \(counts(2, 2, 2, 2, 2))}"), is: "ready"),
    StatusCase("no node wants it", set("status: {observedGeneration: 1, \(counts(0, 0, 0, 0, 0))}"), is: "ready"),
    StatusCase(
      "too few pods", set("status: {observedGeneration: 1, \(counts(3, 2, 2, 2, 2))}"),
      is: "progressing LessCurrent: 2 of 3 nodes have a pod"),
    StatusCase(
      "too few updated", set("status: {observedGeneration: 1, \(counts(3, 3, 1, 3, 3))}"),
      is: "progressing LessUpdated: 1 of 3 nodes have an updated pod"),
    StatusCase(
      "too few updated, and nothing will",
      set("spec: {updateStrategy: {type: OnDelete}}\nstatus: {observedGeneration: 1, \(counts(3, 3, 1, 3, 3))}"),
      is: "progressing LessUpdated: 1 of 3 nodes have an updated pod; the update strategy is OnDelete: "
        + "delete the old pods to go on"),
    StatusCase(
      "too few available", set("status: {observedGeneration: 1, \(counts(3, 3, 3, 2, 3))}"),
      is: "progressing LessAvailable"),
    StatusCase(
      "too few ready", set("status: {observedGeneration: 1, \(counts(3, 3, 3, 3, 2))}"), is: "progressing LessReady"),
    StatusCase(
      "the pod of the present template",
      """
      kind: DaemonSet
      apiVersion: apps/v1
      metadata: {generation: 2, annotations: {deprecated.daemonset.template.generation: "2"}}
      spec: {selector: {matchLabels: {app: cni}}}
      status: {observedGeneration: 2, \(counts(2, 2, 1, 0, 0))}
      """,
      beside: """
        metadata: {name: it-a, labels: {app: cni, pod-template-generation: "1"}}
        \(DeploymentTests.noImage)
        ---
        metadata: {name: it-b, labels: {app: cni, pod-template-generation: "2"}}
        \(DeploymentTests.crashing)
        """,
      is: "progressing pod/home/it-b: CrashLoopBackOff: container app ended 3 times, last with exit code 1 (Error) "
        + "(1 of 2 nodes have an updated pod)"),
    StatusCase(
      "a machine that sleeps", asleep(counts(2, 2, 2, 1, 1)), beside: pods, sleeping: ["duck"], is: "ready"),
    StatusCase("one that ought to be on", asleep(counts(2, 2, 2, 1, 1)), beside: pods, is: "progressing PodPending"),
    StatusCase(
      "one that sleeps, and another that is not up to date", asleep(counts(3, 3, 2, 2, 2)), beside: pods,
      sleeping: ["duck"], is: "progressing LessUpdated: 1 of 2 nodes have an updated pod"),
    StatusCase(
      "a pod that is ready on a machine that falls asleep", asleep(counts(3, 3, 3, 2, 2)), beside: pods,
      sleeping: ["cow"], is: "progressing PodPending"),
  ]

  /// With pods that are ready on `cow`, and not on `duck`.
  static func asleep(_ counts: String) -> String {
    """
    kind: DaemonSet
    apiVersion: apps/v1
    metadata: {generation: 1}
    spec: {selector: {matchLabels: {app: cni}}}
    status: {observedGeneration: 1, \(counts)}
    """
  }

  static let pods = """
    metadata: {name: it-a, labels: {app: cni}}
    spec: {nodeName: cow}
    status: {phase: Running, conditions: [{type: Ready, status: "True"}]}
    ---
    metadata: {name: it-b, labels: {app: cni}}
    spec: {nodeName: duck}
    status: {phase: Pending, conditions: [{type: Ready, status: "False"}]}
    """

  static func set(generation: Int = 1, _ rest: String) -> String {
    "kind: DaemonSet\napiVersion: apps/v1\nmetadata: {generation: \(generation)}\n\(rest)"
  }

  static func counts(_ desired: Int, _ current: Int, _ updated: Int, _ available: Int, _ ready: Int) -> String {
    """
    desiredNumberScheduled: \(desired), currentNumberScheduled: \(current), updatedNumberScheduled: \(updated), \
    numberAvailable: \(available), numberReady: \(ready)
    """
  }
}
