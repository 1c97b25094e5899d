import Testing

struct StatefulSetTests {
  @Test(arguments: cases) func rule(_ this: StatusCase) throws { try this.check() }

  static let cases = [
    StatusCase("nothing looked at it", set("spec: {replicas: 2}"), is: "progressing LessReplicas"),
    StatusCase(
      "complete",
      set("spec: {replicas: 2}\nstatus: {replicas: 2, readyReplicas: 2, currentReplicas: 2, updatedReplicas: 2}"),
      is: "ready"),
    StatusCase("scaled to zero", set("spec: {replicas: 0}\nstatus: {replicas: 0}"), is: "ready"),
    StatusCase(
      "scaled to zero, pods still there", set("spec: {replicas: 0}\nstatus: {replicas: 1, readyReplicas: 1}"),
      is: "progressing ExtraPods"),
    StatusCase(
      "generation not observed",
      """
      kind: StatefulSet
      apiVersion: apps/v1
      metadata: {generation: 2}
      spec: {replicas: 1}
      status: {observedGeneration: 1, replicas: 1, readyReplicas: 1, currentReplicas: 1}
      """, is: "progressing LatestGenerationNotObserved"),
    StatusCase(
      "too few ready", set("spec: {replicas: 2}\nstatus: {replicas: 2, readyReplicas: 1, currentReplicas: 2}"),
      is: "progressing LessReady: 1 of 2 replicas are ready"),
    StatusCase(
      "too few of the current revision",
      set("spec: {replicas: 2}\nstatus: {replicas: 2, readyReplicas: 2, currentReplicas: 1}"),
      is: "progressing LessCurrent"),
    StatusCase(
      "revisions differ",
      set(
        """
        spec: {replicas: 2}
        status:
          replicas: 2
          readyReplicas: 2
          currentReplicas: 2
          updatedReplicas: 1
          currentRevision: it-1
          updateRevision: it-2
        """), is: "progressing RevisionMismatch: 1 of 2 replicas are updated"),
    StatusCase(
      "partition lets more through",
      set(
        """
        spec: {replicas: 3, updateStrategy: {rollingUpdate: {partition: 1}}}
        status: {replicas: 3, readyReplicas: 3, currentReplicas: 2, updatedReplicas: 1}
        """), is: "progressing PartitionRollout: 1 of 2 replicas above partition 1 are updated"),
    StatusCase(
      "partition rollout complete",
      set(
        """
        spec: {replicas: 3, updateStrategy: {rollingUpdate: {partition: 1}}}
        status:
          replicas: 3
          readyReplicas: 3
          currentReplicas: 1
          updatedReplicas: 2
          currentRevision: it-1
          updateRevision: it-2
        """), is: "ready"),
    StatusCase(
      "partition zero does not need equal revisions",
      set(
        """
        spec: {replicas: 1, updateStrategy: {rollingUpdate: {partition: 0}}}
        status: {replicas: 1, readyReplicas: 1, updatedReplicas: 1, currentRevision: it-1, updateRevision: it-2}
        """), is: "ready"),
    StatusCase(
      "OnDelete is the user's own pace", set("spec: {replicas: 3, updateStrategy: {type: OnDelete}}"), is: "ready"),
    StatusCase(
      "OnDelete, generation not observed",
      """
      kind: StatefulSet
      apiVersion: apps/v1
      metadata: {generation: 2}
      spec: {updateStrategy: {type: OnDelete}}
      status: {observedGeneration: 1}
      """, is: "progressing LatestGenerationNotObserved"),
    StatusCase(
      "the pod without a node, with its claim",
      set("spec: {replicas: 2, selector: {matchLabels: {app: db}}}\nstatus: {replicas: 1, updateRevision: it-2}"),
      beside: """
        metadata: {name: it-0, labels: {app: db, controller-revision-hash: it-2}}
        spec: {volumes: [{name: data, persistentVolumeClaim: {claimName: data-it-0}}]}
        status:
          phase: Pending
          conditions:
          - type: PodScheduled
            status: "False"
            reason: Unschedulable
            message: '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.'
        """,
      is: "progressing pod/home/it-0: Unschedulable: 0/1 nodes are available: pod has unbound immediate "
        + "PersistentVolumeClaims. (its claims: data-it-0) (1 of 2 replicas exist)"),
    StatusCase(
      "the pod of the update revision",
      set("spec: {replicas: 2, selector: {matchLabels: {app: db}}}\nstatus: {replicas: 2, updateRevision: it-2}"),
      beside: """
        metadata: {name: it-0, labels: {app: db, controller-revision-hash: it-1}}
        \(DeploymentTests.noImage)
        ---
        metadata: {name: it-1, labels: {app: db, controller-revision-hash: it-2}}
        \(DeploymentTests.crashing)
        """,
      is: "progressing pod/home/it-1: CrashLoopBackOff: container app ended 3 times, last with exit code 1 (Error) "
        + "(0 of 2 replicas are ready)"),
  ]

  static func set(_ rest: String) -> String { "kind: StatefulSet\napiVersion: apps/v1\n\(rest)" }
}
