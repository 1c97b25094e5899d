import Testing

struct JobTests {
  @Test(arguments: cases) func rule(_ this: StatusCase) throws { try this.check() }

  static let cases = [
    StatusCase("nothing looked at it", job("spec: {completions: 1}"), is: "progressing JobNotStarted"),
    StatusCase(
      "complete", job("status: {succeeded: 1, conditions: [{type: Complete, status: \"True\"}]}"), is: "ready"),
    StatusCase(
      "running is not done",
      job("spec: {completions: 3}\nstatus: {startTime: \"2024-05-01T12:00:00Z\", active: 2, succeeded: 1}"),
      is: "progressing JobRunning: 1 of 3 completions, 2 active"),
    StatusCase(
      "success is near, pods still end",
      job(
        """
        status:
          startTime: "2024-05-01T12:00:00Z"
          succeeded: 1
          conditions: [{type: SuccessCriteriaMet, status: "True"}, {type: Complete, status: "False"}]
        """), is: "progressing JobRunning: 1 of 1 completions, 0 active"),
    StatusCase(
      "parallelism stands for completions",
      job("spec: {parallelism: 2}\nstatus: {startTime: \"2024-05-01T12:00:00Z\", active: 2}"),
      is: "progressing JobRunning: 0 of 2 completions, 2 active"),
    StatusCase(
      "suspended",
      job(
        "spec: {suspend: true}\nstatus: {conditions: [{type: Suspended, status: \"True\", reason: JobSuspended}]}"),
      is: "progressing Suspended"),
    StatusCase(
      "complete, then suspended",
      job("spec: {suspend: true}\nstatus: {conditions: [{type: Complete, status: \"True\"}]}"), is: "ready"),
    StatusCase("failed", job(failed), is: "failed BackoffLimitExceeded: Job has reached the specified backoff limit"),
    StatusCase(
      "failed without words", job("status: {conditions: [{type: Failed, status: \"True\"}]}"), is: "failed JobFailed"),
    StatusCase(
      "failed, with its last pod", job("spec: {selector: {matchLabels: {job-name: it}}}\n" + failed),
      beside: """
        metadata: {name: it-b, creationTimestamp: "2024-05-01T12:00:00Z", labels: {job-name: it}}
        status: {phase: Failed, containerStatuses: [{name: main, state: {terminated: {exitCode: 1, reason: Error}}}]}
        ---
        metadata: {name: it-a, creationTimestamp: "2024-05-01T12:05:00Z", labels: {job-name: it}}
        status:
          phase: Failed
          containerStatuses:
          - {name: main, state: {terminated: {exitCode: 2, reason: Error, message: no such database}}}
        """,
      is: "failed pod/home/it-a: BackoffLimitExceeded: Job has reached the specified backoff limit; Error: "
        + "container main ended with exit code 2 (Error): no such database"),
    StatusCase(
      "the pod that does not start", job(running),
      beside: "{metadata: {name: it-a, labels: {job-name: it}}}\n---\n{metadata: {name: other}}",
      is: "progressing pod/home/it-a: PodNotObserved: the pod has no phase yet (0 of 1 completions, 1 active)"),
    StatusCase(
      "the pod that runs is no trouble", job(running),
      beside: "{metadata: {name: it-a, labels: {job-name: it}}, \(DeploymentTests.well)}",
      is: "progressing JobRunning: 0 of 1 completions, 1 active"),
    StatusCase(
      "between two attempts",
      job("status: {startTime: \"2024-05-01T12:00:00Z\", active: 0, failed: 1}"),
      beside: """
        metadata: {name: it-a, labels: {job-name: it}}
        status: {phase: Failed, containerStatuses: [{name: main, state: {terminated: {exitCode: 1, reason: Error}}}]}
        """,
      is: "progressing pod/home/it-a: Error: container main ended with exit code 1 (Error) "
        + "(0 of 1 completions, 0 active, 1 failed)"),
    StatusCase("a CronJob is there", "{kind: CronJob, apiVersion: batch/v1, spec: {suspend: true}}", is: "ready"),
    StatusCase("the CronJob of old", "{kind: CronJob, apiVersion: batch/v1beta1, status: {active: []}}", is: "ready"),
  ]

  static let running = "status: {startTime: \"2024-05-01T12:00:00Z\", active: 1}"
  static let failed = """
    status:
      failed: 7
      conditions:
      - {type: Failed, status: "True", reason: BackoffLimitExceeded, message: Job has reached the specified backoff limit}
    """

  static func job(_ rest: String) -> String { "kind: Job\napiVersion: batch/v1\n\(rest)" }
}
