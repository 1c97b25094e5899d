import Testing

/// Kinds about the cluster rather than about what runs in it.
struct ClusterTests {
  @Test(arguments: autoscalers) func autoscalerRule(_ this: StatusCase) throws { try this.check() }
  @Test(arguments: definitions) func definitionRule(_ this: StatusCase) throws { try this.check() }
  @Test(arguments: others) func otherRule(_ this: StatusCase) throws { try this.check() }

  static let autoscalers = [
    StatusCase("nothing looked at it", autoscaler(""), is: "progressing NoMetrics"),
    StatusCase(
      "active", autoscaler(conditions("AbleToScale: True SucceededGetScale", "ScalingActive: True ValidMetricFound")),
      is: "ready"),
    StatusCase(
      "no metrics",
      autoscaler(conditions("AbleToScale: True SucceededGetScale", "ScalingActive: False FailedGetResourceMetric")),
      is: "progressing FailedGetResourceMetric: words of ScalingActive"),
    StatusCase(
      "no target",
      autoscaler(conditions("AbleToScale: False FailedGetScale")),
      is: "progressing FailedGetScale: words of AbleToScale"),
    StatusCase(
      "target scaled to zero",
      autoscaler(conditions("AbleToScale: True SucceededGetScale", "ScalingActive: False ScalingDisabled")),
      is: "ready"),
    StatusCase(
      "metrics without conditions", autoscaler("status: {currentMetrics: [{type: Resource}]}"), is: "ready"),
    StatusCase(
      "v1 keeps its conditions in an annotation",
      """
      kind: HorizontalPodAutoscaler
      apiVersion: autoscaling/v1
      metadata:
        annotations:
          autoscaling.alpha.kubernetes.io/conditions: >-
            [{"type":"AbleToScale","status":"True"},
            {"type":"ScalingActive","status":"False","reason":"FailedGetResourceMetric","message":"no metrics"}]
      """, is: "progressing FailedGetResourceMetric: no metrics"),
    StatusCase(
      "v1 with metrics",
      "{kind: HorizontalPodAutoscaler, apiVersion: autoscaling/v1, status: {currentCPUUtilizationPercentage: 3}}",
      is: "ready"),
  ]

  static let definitions = [
    StatusCase("nothing looked at it", definition(""), is: "progressing Installing"),
    StatusCase(
      "being installed", definition(conditions("NamesAccepted: True NoConflicts", "Established: False Installing")),
      is: "progressing Installing"),
    StatusCase(
      "established",
      definition(conditions("NamesAccepted: True NoConflicts", "Established: True InitialNamesAccepted")),
      is: "ready"),
    StatusCase(
      "its names are taken",
      definition(conditions("NamesAccepted: False ListKindConflict", "Established: False NotAccepted")),
      is: "failed ListKindConflict: words of NamesAccepted"),
    StatusCase(
      "not established for good", definition(conditions("Established: False NotAccepted")), is: "failed NotAccepted"),
  ]

  static let others = [
    StatusCase("configuration", "kind: ConfigMap", is: "ready"),
    StatusCase("a secret", "kind: Secret", is: "ready"),
    StatusCase(
      "a secret being deleted", "{kind: Secret, metadata: {deletionTimestamp: \"2024-05-01T12:00:00Z\"}}",
      is: "terminating"),
    StatusCase("a role", "{kind: Role, apiVersion: rbac.authorization.k8s.io/v1}", is: "ready"),
    StatusCase("a storage class", "{kind: StorageClass, apiVersion: storage.k8s.io/v1}", is: "ready"),
    StatusCase("a namespace", "{kind: Namespace, status: {phase: Active}}", is: "ready"),
    StatusCase("a namespace, just made", "kind: Namespace", is: "ready"),
    StatusCase("a namespace on its way out", "{kind: Namespace, status: {phase: Terminating}}", is: "terminating"),
    StatusCase("a node", "{kind: Node, \(conditions("Ready: True KubeletReady"))}", is: "ready"),
    StatusCase(
      "a cordoned node", "{kind: Node, spec: {unschedulable: true}, \(conditions("Ready: True KubeletReady"))}",
      is: "ready"),
    StatusCase(
      "a node without network", "{kind: Node, \(conditions("Ready: False KubeletNotReady"))}",
      is: "progressing KubeletNotReady: words of Ready"),
    StatusCase(
      "a silent node", "{kind: Node, \(conditions("Ready: Unknown NodeStatusUnknown"))}",
      is: "progressing NodeStatusUnknown"),
    StatusCase("a node nobody heard of", "kind: Node", is: "progressing NotObserved"),
    StatusCase(
      "a budget",
      "{kind: PodDisruptionBudget, apiVersion: policy/v1, metadata: {generation: 1}, "
        + "status: {observedGeneration: 1, disruptionsAllowed: 0}}", is: "ready"),
    StatusCase(
      "a budget not computed anew",
      "{kind: PodDisruptionBudget, apiVersion: policy/v1beta1, "
        + "metadata: {generation: 2}, status: {observedGeneration: 1}}", is: "progressing LatestGenerationNotObserved"),
    StatusCase(
      "an API that answers",
      "{kind: APIService, apiVersion: apiregistration.k8s.io/v1, \(conditions("Available: True Passed"))}", is: "ready"),
    StatusCase(
      "an API that does not",
      "{kind: APIService, apiVersion: apiregistration.k8s.io/v1, \(conditions("Available: False MissingEndpoints"))}",
      is: "progressing MissingEndpoints: words of Available"),
    StatusCase(
      "an API nobody looked at", "{kind: APIService, apiVersion: apiregistration.k8s.io/v1}",
      is: "progressing NotObserved"),
    StatusCase(
      "a built-in kind without a rule, by its Ready condition",
      "{kind: Thing, apiVersion: resource.k8s.io/v1, \(conditions("Ready: False Busy"))}",
      is: "progressing Busy: words of Ready"),
  ]

  static func autoscaler(_ rest: String) -> String {
    "kind: HorizontalPodAutoscaler\napiVersion: autoscaling/v2\n\(rest)"
  }
  static func definition(_ rest: String) -> String {
    "kind: CustomResourceDefinition\napiVersion: apiextensions.k8s.io/v1\n\(rest)"
  }
  /// `Type: Status Reason` each.
  static func conditions(_ list: String...) -> String {
    "status: {conditions: [\(list.map(condition).joined(separator: ", "))]}"
  }
  static func condition(_ text: String) -> String {
    let words = text.split(separator: " ")
    let type = words[0].dropLast()
    return "{type: \(type), status: \"\(words[1])\", reason: \(words[2]), message: words of \(type)}"
  }
}
