import Testing

/// The common conventions, on kinds that have no rule of their own.
struct CustomResourceTests {
  @Test(arguments: cases) func rule(_ this: StatusCase) throws { try this.check() }

  static let cases = [
    StatusCase("definition unknown", thing(), is: "progressing DefinitionUnknown"),
    StatusCase("definition unknown, but it reports", thing("Ready: True AllWell"), is: "ready"),
    StatusCase("nobody looked", thing(), beside: defined("conditions: {}"), is: "progressing NotObserved"),
    StatusCase(
      "nobody looked, it reports a generation", thing(), beside: defined("observedGeneration: {}"),
      is: "progressing NotObserved: the controller of Thing has not looked at it yet"),
    StatusCase("nobody looked, it has a phase", thing(), beside: defined("phase: {}"), is: "progressing NotObserved"),
    StatusCase("its status is only numbers", thing(), beside: defined("assigned: {}"), is: "ready"),
    StatusCase(
      "it has no status", thing(),
      beside: """
        kind: CustomResourceDefinition
        spec: {group: example.org, names: {kind: Thing}, versions: [{name: v1, schema: {openAPIV3Schema: {}}}]}
        """, is: "ready"),
    StatusCase(
      "the version of the object counts", thing(),
      beside: """
        kind: CustomResourceDefinition
        spec:
          group: example.org
          names: {kind: Thing}
          versions:
          - {name: v2, storage: true, schema: {openAPIV3Schema: {properties: {status: {properties: {conditions: {}}}}}}}
          - {name: v1, schema: {openAPIV3Schema: {}}}
        """, is: "ready"),
    StatusCase(
      "a definition of the old API", thing(),
      beside: """
        kind: CustomResourceDefinition
        spec:
          group: example.org
          names: {kind: Thing}
          versions: [{name: v1}]
          subresources: {status: {}}
          validation: {openAPIV3Schema: {properties: {status: {properties: {conditions: {}}}}}}
        """, is: "progressing NotObserved"),
    StatusCase(
      "an empty status is none", "{kind: Thing, apiVersion: example.org/v1, status: {}}",
      beside: defined("conditions: {}"), is: "progressing NotObserved"),
    StatusCase("ready", thing("Ready: True AllWell"), beside: defined("conditions: {}"), is: "ready"),
    StatusCase("not ready", thing("Ready: False Busy"), is: "progressing Busy: words of Ready"),
    StatusCase("perhaps ready", thing("Ready: Unknown Busy"), is: "progressing Busy"),
    StatusCase("Ready decides over others", thing("Synced: False Old", "Ready: True AllWell"), is: "ready"),
    StatusCase("available", thing("Available: True AllWell"), is: "ready"),
    StatusCase("not available", thing("Available: False Busy"), is: "progressing Busy: words of Available"),
    StatusCase(
      "degraded in its own word", thing("Available: Degraded SomePodsNotReady"), is: "progressing SomePodsNotReady"),
    StatusCase(
      "every good condition counts", thing("Available: True Yes", "Reconciled: False Quota"), is: "progressing Quota"),
    StatusCase("a Ready of its own name", thing("ProxyGroupReady: False Waiting"), is: "progressing Waiting"),
    StatusCase("NotReady is no Ready", thing("NotReady: False Fine"), is: "ready"),
    StatusCase("a bad condition", thing("Degraded: True Broken"), is: "progressing Broken"),
    StatusCase("a bad condition that does not hold", thing("Degraded: False AllWell"), is: "ready"),
    StatusCase(
      "conditions of unknown meaning", thing("Frobnicated: False No"), beside: defined("conditions: {}"), is: "ready"),
    StatusCase(
      "generation not observed",
      "{kind: Thing, apiVersion: example.org/v1, metadata: {generation: 2}, status: {observedGeneration: 1}}",
      beside: defined("observedGeneration: {}"), is: "progressing LatestGenerationNotObserved"),
    StatusCase(
      "generation not observed, but writing the status raises it",
      "{kind: Thing, apiVersion: example.org/v1, metadata: {generation: 2}, status: {observedGeneration: 1}}",
      beside: defined("observedGeneration: {}", subresource: false), is: "ready"),
    StatusCase(
      "a condition of an older generation",
      """
      kind: Thing
      apiVersion: example.org/v1
      metadata: {generation: 4}
      status: {conditions: [{type: Ready, status: "True", observedGeneration: 3}]}
      """,
      is: "progressing LatestGenerationNotObserved: condition Ready is of generation 3, the object is at 4"),
    StatusCase("stalled", thing("Ready: False Busy", "Stalled: True Wrong"), is: "failed Wrong: words of Stalled"),
    StatusCase("reconciling", thing("Reconciling: True Busy", "Ready: True Old"), is: "progressing Busy"),
    StatusCase(
      "a phase that says not yet", status("phase: Creating"), is: "progressing Creating: its phase is Creating"),
    StatusCase(
      "a phase of two words", status("phase: Not Ready, message: no disk"), is: "progressing Not Ready: no disk"),
    StatusCase("a phase that says well", status("phase: Running"), is: "ready"),
    StatusCase("a phase that nobody knows", status("phase: Frobnicated"), is: "ready"),
    StatusCase("a state that says wrong", status("state: error, error: disk full"), is: "progressing error: disk full"),
    StatusCase(
      "a snapshot not taken yet",
      "{kind: VolumeSnapshot, apiVersion: snapshot.storage.k8s.io/v1, status: {readyToUse: false}}",
      is: "progressing NotReadyToUse"),
    StatusCase(
      "a snapshot that failed",
      "{kind: VolumeSnapshot, apiVersion: snapshot.storage.k8s.io/v1, "
        + "status: {readyToUse: false, error: {message: no class}}}", is: "progressing NotReadyToUse: no class"),
    StatusCase(
      "a snapshot",
      "{kind: VolumeSnapshot, apiVersion: snapshot.storage.k8s.io/v1, status: {readyToUse: true}}", is: "ready"),
    StatusCase(
      "a policy its gateway refused",
      status(
        "ancestors: [{ancestorRef: {name: web}, conditions: [{type: Accepted, status: \"False\", reason: Conflicted}]}]"
      ),
      is: "progressing Conflicted: web: condition Accepted is False"),
    StatusCase(
      "a pod of its own",
      """
      kind: Thing
      apiVersion: example.org/v1
      metadata: {uid: u-1}
      status: {phase: Starting, conditions: [{type: Ready, status: "False", reason: Busy, message: no}]}
      """,
      beside:
        "{metadata: {name: it-0, ownerReferences: [{kind: Thing, name: it, uid: u-1}]}, \(DeploymentTests.crashing)}",
      is: "progressing pod/home/it-0: CrashLoopBackOff: container app ended 3 times, last with exit code 1 (Error) "
        + "(no (phase: Starting))"),
    StatusCase(
      "ready by annotation",
      "{kind: Thing, apiVersion: example.org/v1, metadata: {annotations: {croft.dev/ready: exists}}}",
      beside: defined("conditions: {}"), is: "ready"),
    StatusCase(
      "by annotation, but being deleted",
      """
      kind: Thing
      apiVersion: example.org/v1
      metadata: {deletionTimestamp: "2024-05-01T12:00:00Z", annotations: {croft.dev/ready: exists}}
      """, is: "terminating"),
  ]

  static func thing(_ conditions: String...) -> String {
    let list = conditions.map(ClusterTests.condition).joined(separator: ", ")
    return "kind: Thing\napiVersion: example.org/v1" + (list.isEmpty ? "" : "\nstatus: {conditions: [\(list)]}")
  }

  static func status(_ members: String) -> String { "kind: Thing\napiVersion: example.org/v1\nstatus: {\(members)}" }

  static func defined(_ members: String, subresource: Bool = true) -> String {
    """
    kind: CustomResourceDefinition
    spec:
      group: example.org
      names: {kind: Thing}
      versions:
      - name: v1
        subresources: \(subresource ? "{status: {}}" : "{}")
        schema: {openAPIV3Schema: {properties: {status: {properties: {\(members)}}}}}
    """
  }
}
