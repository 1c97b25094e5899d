import Testing

struct DeploymentTests {
  @Test(arguments: rules) func rule(_ this: StatusCase) throws { try this.check() }
  @Test(arguments: blockers) func blockerRule(_ this: StatusCase) throws { try this.check() }

  static let rules = [
    StatusCase(
      "nothing looked at it", deployment(generation: 1, "spec: {replicas: 2}"), is: "progressing LessReplicas"),
    StatusCase(
      "no replica count means one", deployment(generation: 1, ""),
      is: "progressing LessReplicas: 0 of 1 replicas exist"),
    StatusCase("complete", deployment("spec: {replicas: 2}\nstatus: {\(full(2)), \(complete)}"), is: "ready"),
    StatusCase(
      "generation not observed",
      deployment(generation: 3, "spec: {replicas: 2}\nstatus: {observedGeneration: 2, \(full(2)), \(complete)}"),
      is: "progressing LatestGenerationNotObserved: its controller has seen generation 2, the object is at 3"),
    StatusCase(
      "too few updated",
      deployment(
        "spec: {replicas: 3}\nstatus: {replicas: 3, updatedReplicas: 1, readyReplicas: 3, availableReplicas: 3}"),
      is: "progressing LessUpdated: 1 of 3 replicas are updated"),
    StatusCase(
      "old replicas remain",
      deployment(
        "spec: {replicas: 2}\nstatus: {replicas: 3, updatedReplicas: 2, readyReplicas: 3, availableReplicas: 3}"),
      is: "progressing ExtraPods: 1 old replicas still run"),
    StatusCase(
      "too few available",
      deployment(
        "spec: {replicas: 2}\nstatus: {replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 1}"),
      is: "progressing LessAvailable: 1 of 2 replicas are available"),
    StatusCase(
      "counting minReadySeconds",
      deployment(
        """
        spec: {replicas: 1, minReadySeconds: 30}
        status: {replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 0}
        """),
      is: "progressing LessAvailable: 0 of 1 replicas are available; they count 30 s after they became ready"),
    StatusCase(
      "too few ready",
      deployment(
        "spec: {replicas: 2}\nstatus: {replicas: 2, updatedReplicas: 2, readyReplicas: 1, availableReplicas: 2}"),
      is: "progressing LessReady: 1 of 2 replicas are ready"),
    StatusCase(
      "rollout not called complete",
      deployment(
        """
        spec: {replicas: 1, progressDeadlineSeconds: 600}
        status:
          replicas: 1
          updatedReplicas: 1
          readyReplicas: 1
          availableReplicas: 1
          conditions:
          - {type: Progressing, status: "True", reason: ReplicaSetUpdated}
          - {type: Available, status: "True"}
        """),
      is: "progressing ReplicaSetNotAvailable"),
    StatusCase(
      "no deadline, so no Progressing condition",
      deployment(
        "spec: {replicas: 1}\nstatus: {\(full(1)), conditions: [{type: Available, status: \"True\"}]}"), is: "ready"),
    StatusCase(
      "the largest deadline is none",
      deployment(
        """
        spec: {replicas: 1, progressDeadlineSeconds: 2147483647}
        status: {\(full(1)), conditions: [{type: Available, status: "True"}]}
        """), is: "ready"),
    StatusCase(
      "not available",
      deployment(
        """
        spec: {replicas: 1}
        status:
          replicas: 1
          updatedReplicas: 1
          readyReplicas: 1
          availableReplicas: 1
          conditions: [{type: Available, status: "False", message: Deployment does not have minimum availability.}]
        """),
      is: "progressing DeploymentNotAvailable: Deployment does not have minimum availability."),
    StatusCase(
      "scaled to zero", deployment("spec: {replicas: 0, progressDeadlineSeconds: 600}\nstatus: {\(complete)}"),
      is: "ready"),
    StatusCase(
      "scaled to zero, pods still there",
      deployment("spec: {replicas: 0}\nstatus: {replicas: 2, updatedReplicas: 2, availableReplicas: 2, \(complete)}"),
      is: "progressing ExtraPods"),
    StatusCase(
      "gave up",
      deployment(
        """
        spec: {replicas: 1, progressDeadlineSeconds: 600}
        status:
          conditions:
          - type: Progressing
            status: "False"
            reason: ProgressDeadlineExceeded
            message: ReplicaSet "it-5d9" has timed out progressing.
        """),
      is: "failed ProgressDeadlineExceeded: ReplicaSet \"it-5d9\" has timed out progressing."),
    StatusCase(
      "being deleted",
      """
      kind: Deployment
      apiVersion: apps/v1
      metadata: {deletionTimestamp: "2024-05-01T12:00:00Z", generation: 2}
      status: {observedGeneration: 1}
      """, is: "terminating"),
    StatusCase(
      "Stalled decides",
      deployment("status: {\(full(1)), conditions: [{type: Stalled, status: \"True\", reason: Broken, message: no}]}"),
      is: "failed Broken: no"),
    StatusCase(
      "Reconciling decides",
      deployment(
        "status: {\(full(1)), conditions: [{type: Reconciling, status: \"True\", reason: Busy, message: on}]}"),
      is: "progressing Busy: on"),
    StatusCase(
      "ready by annotation",
      """
      kind: Deployment
      apiVersion: apps/v1
      metadata: {annotations: {croft.dev/ready: exists}}
      spec: {replicas: 3}
      """, is: "ready"),
    StatusCase(
      "another value of the annotation is none",
      """
      kind: Deployment
      apiVersion: apps/v1
      metadata: {annotations: {croft.dev/ready: "yes"}}
      spec: {replicas: 3}
      """, is: "progressing LessReplicas"),
    StatusCase(
      "the old API group",
      "{kind: Deployment, apiVersion: extensions/v1beta1, spec: {replicas: 1}}", is: "progressing LessReplicas"),
  ]

  static let blockers = [
    StatusCase(
      "the pod of the new revision, not the broken old one", deployment(rollingOut("it-new")),
      beside: """
        \(pod("it-old-1", hash: "old", crashing))
        ---
        \(pod("it-new-2", hash: "new", notPassing))
        """,
      is: "progressing pod/home/it-new-2: ContainersNotReady: container app runs but its readiness probe "
        + "(HTTP GET :8080/healthz) does not pass (0 of 1 replicas are updated)"),
    StatusCase(
      "the newest revision where the controller names none", deployment("spec: {replicas: 1}\nstatus: {replicas: 1}"),
      beside: """
        \(pod("it-old-1", hash: "old", created: "2024-05-01T12:00:00Z", crashing))
        ---
        \(pod("it-new-2", hash: "new", created: "2024-05-01T12:00:09Z", notPassing))
        """,
      is: "progressing pod/home/it-new-2: ContainersNotReady: container app runs but its readiness probe "
        + "(HTTP GET :8080/healthz) does not pass (0 of 1 replicas are updated)"),
    StatusCase(
      "the broken old pod where the new ones are well", deployment(rollingOut("it-new")),
      beside: """
        \(pod("it-old-1", hash: "old", crashing))
        ---
        \(pod("it-new-2", hash: "new", well))
        """,
      is: "progressing pod/home/it-old-1: CrashLoopBackOff: container app ended 3 times, last with exit code 1 "
        + "(Error) (0 of 1 replicas are updated)"),
    StatusCase(
      "the most telling pod, then the first by name", deployment(rollingOut("it-new")),
      beside: """
        \(pod("it-new-10", hash: "new", noImage))
        ---
        \(pod("it-new-3", hash: "new", noImage))
        ---
        \(pod("it-new-1", hash: "new", notPassing))
        """,
      is: "progressing pod/home/it-new-3: ImagePullBackOff: container app cannot get its image example/app:2: "
        + "Back-off pulling image (0 of 1 replicas are updated)"),
    StatusCase(
      "a pod on its way out",
      deployment("spec: {replicas: 0}\nstatus: {replicas: 1, \(complete)}"),
      beside: """
        metadata: {name: it-a-1, labels: {app: web, pod-template-hash: a}, deletionTimestamp: "2024-05-01T12:00:00Z"}
        status: {phase: Running, conditions: [{type: Ready, status: "True"}]}
        """,
      is: "progressing pod/home/it-a-1: Terminating: the pod is being deleted since 2024-05-01T12:00:00Z "
        + "(1 old replicas still run)"),
    StatusCase(
      "pods of others: labels, namespace, owner", deployment("spec: {replicas: 1}"),
      beside: """
        {metadata: {name: a, labels: {app: other}}, \(crashing)}
        ---
        {metadata: {name: b, namespace: elsewhere, labels: {app: web}}, \(crashing)}
        ---
        metadata:
          name: c
          labels: {app: web, pod-template-hash: x}
          ownerReferences: [{kind: ReplicaSet, name: it-api-x, controller: true}]
        \(crashing)
        ---
        metadata:
          name: d
          labels: {app: web}
          ownerReferences: [{kind: StatefulSet, name: it, controller: true}]
        \(crashing)
        """,
      is: "progressing LessReplicas: 0 of 1 replicas exist"),
    StatusCase(
      "pods may not be made",
      deployment(
        """
        spec: {replicas: 1}
        status:
          conditions:
          - {type: ReplicaFailure, status: "True", reason: FailedCreate, message: "pods \\"it-5d9\\" is forbidden"}
        """),
      is: "progressing FailedCreate: pods \"it-5d9\" is forbidden"),
    StatusCase(
      "paused",
      deployment("spec: {replicas: 2, paused: true}\nstatus: {replicas: 2, updatedReplicas: 0}"),
      is: "progressing DeploymentPaused: spec.paused is set (0 of 2 replicas are updated)"),
    StatusCase(
      "gave up, with the pod",
      deployment(
        """
        spec: {replicas: 1}
        status:
          conditions:
          - {type: Progressing, status: "False", reason: ProgressDeadlineExceeded, message: ReplicaSet "it-new" has timed out.}
        """),
      beside: pod("it-new-1", hash: "new", noImage),
      is: "failed pod/home/it-new-1: ProgressDeadlineExceeded: ReplicaSet \"it-new\" has timed out.; "
        + "ImagePullBackOff: container app cannot get its image example/app:2: Back-off pulling image"),
    StatusCase(
      "chosen by expressions",
      """
      kind: Deployment
      apiVersion: apps/v1
      spec: {replicas: 1, selector: {matchExpressions: [{key: app, operator: In, values: [web, www]}]}}
      """, beside: "{metadata: {name: it-a-1, labels: {app: www}}, \(crashing)}",
      is: "progressing pod/home/it-a-1: CrashLoopBackOff: container app ended 3 times, last with exit code 1 (Error) "
        + "(0 of 1 replicas exist)"),
  ]

  static let complete =
    "conditions: [{type: Progressing, status: \"True\", reason: NewReplicaSetAvailable}, "
    + "{type: Available, status: \"True\"}]"
  static let well = "status: {phase: Running, conditions: [{type: Ready, status: \"True\"}]}"
  static let crashing =
    "status: {phase: Running, containerStatuses: [{name: app, restartCount: 3, "
    + "state: {waiting: {reason: CrashLoopBackOff}}, lastState: {terminated: {exitCode: 1, reason: Error}}}]}"
  static let noImage = """
    spec: {containers: [{name: app, image: "example/app:2"}]}
    status:
      phase: Pending
      containerStatuses:
      - {name: app, state: {waiting: {reason: ImagePullBackOff, message: Back-off pulling image}}}
    """
  static let notPassing = """
    spec: {containers: [{name: app, readinessProbe: {httpGet: {path: /healthz, port: 8080}}}]}
    status:
      phase: Running
      containerStatuses: [{name: app, ready: false, started: true, restartCount: 0, state: {running: {}}}]
    """

  static func full(_ count: Int) -> String {
    "replicas: \(count), updatedReplicas: \(count), readyReplicas: \(count), availableReplicas: \(count)"
  }

  static func rollingOut(_ set: String) -> String {
    """
    spec: {replicas: 1}
    status:
      replicas: 2
      readyReplicas: 0
      conditions:
      - {type: Progressing, status: "True", reason: ReplicaSetUpdated, message: 'ReplicaSet "\(set)" is progressing.'}
    """
  }

  static func deployment(generation: Int? = nil, _ rest: String) -> String {
    let selected = rest.replacing("spec: {", with: "spec: {selector: {matchLabels: {app: web}}, ", maxReplacements: 1)
    let metadata = generation.map { "metadata: {generation: \($0)}" } ?? ""
    return "kind: Deployment\napiVersion: apps/v1\n\(metadata)\n\(selected)"
  }

  static func pod(_ name: String, hash: String, created: String = "2024-05-01T12:00:00Z", _ rest: String) -> String {
    """
    metadata:
      name: \(name)
      creationTimestamp: "\(created)"
      labels: {app: web, pod-template-hash: \(hash)}
      ownerReferences: [{kind: ReplicaSet, name: it-\(hash), controller: true}]
    \(rest)
    """
  }
}
