import Testing

struct PodTests {
  @Test(arguments: rules) func rule(_ this: StatusCase) throws { try this.check() }
  @Test(arguments: containers) func containerRule(_ this: StatusCase) throws { try this.check() }

  static let rules = [
    StatusCase("no phase", "kind: Pod", is: "progressing PodNotObserved"),
    StatusCase("ready", "status: {phase: Running, conditions: [{type: Ready, status: \"True\"}]}", is: "ready"),
    StatusCase(
      "done", "status: {phase: Succeeded, conditions: [{type: Ready, status: \"False\", reason: PodCompleted}]}",
      is: "ready"),
    StatusCase(
      "ended badly",
      "status: {phase: Failed, containerStatuses: [{name: app, state: {terminated: {exitCode: 3, reason: Error}}}]}",
      is: "failed Error: container app ended with exit code 3 (Error)"),
    StatusCase(
      "evicted", "status: {phase: Failed, reason: Evicted, message: The node was low on resource memory.}",
      is: "failed Evicted: The node was low on resource memory."),
    StatusCase("ended without words", "status: {phase: Failed}", is: "failed Failed"),
    StatusCase(
      "no node, time unknown", unschedulable(created: "2024-05-01T12:00:00Z"),
      is: "progressing Unschedulable: 0/1 nodes are available: 1 Insufficient memory."),
    StatusCase(
      "no node, for 14 seconds", unschedulable(created: "2024-05-01T12:00:00Z"), now: 1_714_564_814,
      is: "progressing Unschedulable"),
    StatusCase(
      "no node, for 15 seconds", unschedulable(created: "2024-05-01T12:00:00Z"), now: 1_714_564_815,
      is: "failed Unschedulable"),
    StatusCase(
      "no node, a second after a leap day", unschedulable(created: "2024-02-29T23:59:59Z"), now: 1_709_251_200,
      is: "progressing Unschedulable"),
    StatusCase(
      "held back by a gate",
      """
      status:
        phase: Pending
        conditions:
        - {type: PodScheduled, status: "False", reason: SchedulingGated, message: Scheduling is blocked due to gates}
      """, now: 1_714_564_815, is: "progressing SchedulingGated: Scheduling is blocked due to gates"),
    StatusCase(
      "no scheduler", "status: {phase: Pending}", is: "progressing PodPending: no scheduler has looked at it yet"),
    StatusCase(
      "a node that does not answer", "{spec: {nodeName: cow}, status: {phase: Pending}}",
      is: "progressing PodPending: the kubelet of node cow has not started it yet"),
    StatusCase(
      "lost with its node",
      """
      status:
        phase: Running
        conditions: [{type: Ready, status: "False", reason: NodeLost, message: node cow does not answer}]
        containerStatuses: [{name: app, ready: true, started: true, state: {running: {}}}]
      """, is: "progressing NodeLost: node cow does not answer"),
    StatusCase(
      "readiness gates",
      """
      spec: {readinessGates: [{conditionType: lb.example/registered}]}
      status:
        phase: Running
        conditions:
        - {type: Ready, status: "False", reason: ReadinessGatesNotReady, message: "..."}
        containerStatuses: [{name: app, ready: true, started: true, state: {running: {}}}]
      """, is: "progressing ReadinessGatesNotReady: waits for its readiness gates lb.example/registered"),
    StatusCase(
      "being deleted", "{metadata: {deletionTimestamp: \"2024-05-01T12:00:00Z\"}, status: {phase: Running}}",
      is: "terminating"),
    StatusCase("a phase nobody knows", "status: {phase: Unknown, message: lost}", is: "progressing Unknown: lost"),
  ]

  static let containers = [
    StatusCase("image", DeploymentTests.noImage, is: "progressing ImagePullBackOff"),
    StatusCase(
      "first pull",
      pending("{name: app, image: \"example/app:2\"}", "{waiting: {reason: ErrImagePull, message: not found}}"),
      is: "progressing ErrImagePull: container app cannot get its image example/app:2: not found"),
    StatusCase(
      "missing secret",
      pending("{name: app}", "{waiting: {reason: CreateContainerConfigError, message: secret \"db\" not found}}"),
      is: "progressing CreateContainerConfigError: container app cannot start: secret \"db\" not found"),
    StatusCase(
      "crash loop",
      """
      status:
        phase: Running
        containerStatuses:
        - name: app
          restartCount: 7
          state: {waiting: {reason: CrashLoopBackOff, message: back-off 5m0s restarting failed container}}
          lastState: {terminated: {exitCode: 2, reason: Error, message: "starting\\npanic: no database\\n"}}
      """,
      is: "failed CrashLoopBackOff: container app ended 7 times, last with exit code 2 (Error): panic: no database"),
    StatusCase(
      "crash loop for want of memory",
      """
      spec: {containers: [{name: app, resources: {limits: {memory: 64Mi}}}]}
      status:
        phase: Running
        containerStatuses:
        - name: app
          restartCount: 1
          state: {waiting: {reason: CrashLoopBackOff}}
          lastState: {terminated: {exitCode: 137, reason: OOMKilled}}
      """,
      is: "failed CrashLoopBackOff: container app ended once, last with exit code 137 (OOMKilled), memory limit 64Mi"),
    StatusCase(
      "just killed for want of memory",
      """
      spec: {containers: [{name: app, resources: {limits: {memory: 64Mi}}}]}
      status:
        phase: Running
        containerStatuses: [{name: app, state: {terminated: {exitCode: 137, reason: OOMKilled}}}]
      """,
      is: "progressing OOMKilled: container app ended with exit code 137 (OOMKilled), memory limit 64Mi"),
    StatusCase(
      "running again after it was killed for want of memory",
      """
      status:
        phase: Running
        containerStatuses:
        - name: app
          ready: false
          restartCount: 2
          state: {running: {}}
          lastState: {terminated: {exitCode: 137, reason: OOMKilled}}
      """, is: "progressing OOMKilled: container app ended 2 times, last with exit code 137 (OOMKilled)"),
    StatusCase("failing readiness probe", DeploymentTests.notPassing, is: "progressing ContainersNotReady"),
    StatusCase(
      "failing TCP probe after restarts",
      """
      spec: {containers: [{name: app, readinessProbe: {tcpSocket: {port: sql}}}]}
      status:
        phase: Running
        containerStatuses:
        - name: app
          ready: false
          started: true
          restartCount: 2
          state: {running: {}}
          lastState: {terminated: {exitCode: 1, reason: Error}}
      """,
      is: "progressing ContainersNotReady: container app runs but its readiness probe (TCP :sql) does not pass, "
        + "after 2 restarts, last exit code 1 (Error)"),
    StatusCase(
      "startup probe not passed",
      """
      spec: {containers: [{name: app, startupProbe: {exec: {command: [pg_isready, -q]}}, readinessProbe: {}}]}
      status: {phase: Running, containerStatuses: [{name: app, ready: false, started: false, state: {running: {}}}]}
      """,
      is: "progressing ContainersNotReady: container app runs but its startup probe (command pg_isready -q) "
        + "has not passed"),
    StatusCase(
      "being created, with a claim",
      """
      spec:
        nodeName: cow
        containers: [{name: app}]
        volumes: [{name: data, persistentVolumeClaim: {claimName: data}}, {name: tmp, ephemeral: {volumeClaimTemplate: {}}}]
      status: {phase: Pending, containerStatuses: [{name: app, state: {waiting: {reason: ContainerCreating}}}]}
      """,
      is: "progressing ContainerCreating: container app is being created on node cow, with the claims data, it-tmp"),
    StatusCase(
      "init container runs",
      """
      spec: {initContainers: [{name: migrate}], containers: [{name: app}]}
      status:
        phase: Pending
        initContainerStatuses: [{name: migrate, ready: false, started: true, state: {running: {}}}]
        containerStatuses: [{name: app, ready: false, state: {waiting: {reason: PodInitializing}}}]
      """, is: "progressing PodInitializing: init container migrate is running"),
    StatusCase(
      "init container crashes",
      """
      spec: {initContainers: [{name: fetch}, {name: migrate}], containers: [{name: app}]}
      status:
        phase: Pending
        initContainerStatuses:
        - {name: fetch, ready: true, state: {terminated: {exitCode: 0, reason: Completed}}}
        - name: migrate
          restartCount: 4
          state: {waiting: {reason: CrashLoopBackOff}}
          lastState: {terminated: {exitCode: 1, reason: Error}}
        containerStatuses: [{name: app, ready: false, state: {waiting: {reason: PodInitializing}}}]
      """,
      is: "progressing CrashLoopBackOff: init container migrate ended 4 times, last with exit code 1 (Error)"),
    StatusCase(
      "sidecar not started",
      """
      spec: {initContainers: [{name: proxy, restartPolicy: Always, startupProbe: {grpc: {port: 9000}}}]}
      status:
        phase: Pending
        initContainerStatuses: [{name: proxy, ready: false, started: false, state: {running: {}}}]
      """,
      is: "progressing ContainersNotReady: sidecar proxy runs but its startup probe (gRPC :9000) has not passed"),
    StatusCase(
      "the worst of several containers",
      """
      status:
        phase: Pending
        containerStatuses:
        - {name: log, ready: false, state: {running: {}}}
        - {name: app, state: {waiting: {reason: CreateContainerError, message: name in use}}}
        - {name: web, image: "web:1", state: {waiting: {reason: ErrImagePull}}}
      """, is: "progressing ErrImagePull: container web cannot get its image web:1"),
    StatusCase(
      "done while its sibling still runs",
      """
      spec: {restartPolicy: OnFailure}
      status:
        phase: Running
        conditions: [{type: Ready, status: "False", reason: ContainersNotReady, message: "containers with unready status: [a]"}]
        containerStatuses:
        - {name: a, state: {terminated: {exitCode: 0, reason: Completed}}}
        - {name: b, ready: true, started: true, state: {running: {}}}
      """, is: "progressing ContainersNotReady: containers with unready status: [a]"),
  ]

  static func unschedulable(created: String) -> String {
    """
    metadata: {creationTimestamp: "\(created)"}
    status:
      phase: Pending
      conditions:
      - type: PodScheduled
        status: "False"
        reason: Unschedulable
        message: '0/1 nodes are available: 1 Insufficient memory.'
    """
  }

  static func pending(_ container: String, _ state: String) -> String {
    """
    spec: {containers: [\(container)]}
    status: {phase: Pending, containerStatuses: [{name: app, state: \(state)}]}
    """
  }
}
