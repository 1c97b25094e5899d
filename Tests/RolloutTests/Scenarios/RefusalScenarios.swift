import Kubernetes
import Lab
import Rollout
import Synchronization
import Testing

extension Scenarios {
  /// Pods that controllers may not make, and objects that the server refuses.
  @Suite struct Refusals {
    @Test func aJobWhosePodsAreRefusedSaysWhy() async throws {
      try await withScenario("refusal-pods") { home in
        try home.write(
          """
          apps:
            work:
              namespace: refusal-pods
              retries: 0
              timeout: 8s
              manifests:
                - apiVersion: batch/v1
                  kind: Job
                  metadata: {name: work}
                  spec:
                    template:
                      spec:
                        serviceAccountName: nobody
                        restartPolicy: Never
                        containers: [{name: main, image: registry.example.net/work:1.0}]
                - apiVersion: apps/v1
                  kind: StatefulSet
                  metadata: {name: state}
                  spec:
                    serviceName: state
                    selector: {matchLabels: {app: state}}
                    template:
                      metadata: {labels: {app: state}}
                      spec:
                        serviceAccountName: nobody
                        containers: [{name: main, image: registry.example.net/state:1.0}]
          """)
        let run = try await home.deploy()
        #expect(!run.outcome.isSuccess)
        let reason = run.events.compactMap { if case .releaseFailed(_, let reason) = $0 { reason } else { nil } }
          .joined()
        #expect(reason.contains("FailedCreate") && reason.contains("serviceaccount \"nobody\" not found"), "\(reason)")
        let waits = run.events.compactMap { if case .waiting(_, let blockers) = $0 { blockers } else { nil } }.joined()
        #expect(Set(waits.filter { $0.reason == "FailedCreate" }.compactMap(\.object?.name)) == ["work", "state"])
      }
    }

    /// Controllers of all kinds may make no pod until the quota is raised; then all goes on by itself.
    @Test func aQuotaThatIsRaisedInTime() async throws {
      try await withScenario("refusal-quota") { home in
        let pod = """
          {metadata: {labels: {app: NAME}, annotations: {lab.croft.dev/run-for: 2s}}, \
          spec: {REST containers: [{name: main, image: registry.example.net/work:1.0}]}}
          """
        let sets = ["ReplicaSet", "StatefulSet", "DaemonSet"].map { kind in
          """
                - apiVersion: apps/v1
                  kind: \(kind)
                  metadata: {name: \(kind.lowercased())}
                  spec:
                    selector: {matchLabels: {app: \(kind.lowercased())}}
                    template: \(pod.replacing("NAME", with: kind.lowercased()).replacing("REST", with: ""))
          """
        }
        try home.write(
          """
          apps:
            work:
              namespace: refusal-quota
              retries: 0
              timeout: 60s
              manifests:
                - {apiVersion: v1, kind: ResourceQuota, metadata: {name: none}, spec: {hard: {pods: "0"}}}
                - apiVersion: batch/v1
                  kind: Job
                  metadata: {name: job}
                  spec: {template: \(pod.replacing("NAME", with: "job").replacing("REST", with: "restartPolicy: Never,"))}
          \(sets.joined(separator: "\n"))
          """)
        let all: Set = ["job", "replicaset", "statefulset", "daemonset"]
        let raised = Mutex(false)
        let run = try await home.deploy { event in
          guard case .waiting(_, let blockers) = event, refused(blockers) == all else { return }
          let wasRaised = raised.withLock { raised in
            defer { raised = true }
            return raised
          }
          if wasRaised { return }
          await #expect(throws: Never.self) {
            let report = try await StatusReport.make(try home.blueprint(), in: home.environment())
            #expect(refused(report.releases[0].state.blockers) == all)
            try await home.kubectl(
              "patch", "resourcequota", "none", "-n", "refusal-quota", "--type=merge", "-p", Self.raise)
          }
        }
        #expect(raised.withLock { $0 }, "\(run.events.suffix(4))")
        #expect(run.outcome.isSuccess, "\(run.events.suffix(4))")
        // What was refused is not held against a Job that runs.
        let waits = run.events.compactMap { if case .waiting(_, let blockers) = $0 { blockers } else { nil } }
        #expect(waits.contains { $0.contains { $0.object?.name == "job" && $0.reason == "JobRunning" } }, "\(waits)")
      }

      /// The objects whose pods are refused because of the quota.
      @Sendable func refused(_ blockers: [Blocker]) -> Set<String> {
        Set(
          blockers.filter { $0.reason == "FailedCreate" && $0.message.contains("exceeded quota: none") }
            .compactMap(\.object?.name))
      }
    }

    private static let raise = #"{"spec": {"hard": {"pods": "9"}}}"#

    /// Reading events is a convenience, not a condition.
    @Test func someoneWhoMayNotReadEvents() async throws {
      try await withScenario("refusal-events") { home in
        try await home.kubectl(
          "apply", "-f", "-",
          input: """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: refusal-no-events}
            rules:
              - {nonResourceURLs: ["*"], verbs: ["*"]}
              - {apiGroups: [apps, batch, coordination.k8s.io, apiextensions.k8s.io], resources: ["*"], verbs: ["*"]}
              - {apiGroups: [""], resources: [namespaces, configmaps, pods, services, serviceaccounts], verbs: ["*"]}
              - {apiGroups: [policy], resources: ["*"], verbs: ["*"]}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: refusal-no-events}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: refusal-no-events}
            subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: no-events}]
            """)
        let access = try ClusterAccess.load(
          kubeconfig: try await home.controlPlane.addUser("no-events"), environment: [:])
        let cluster = Cluster(access, clock: ContinuousClock())
        let home = Scenario(
          name: home.name, folder: home.folder, api: RecordingAPI(cluster), kubeconfig: home.kubeconfig,
          controlPlane: home.controlPlane)
        try home.write(
          """
          apps:
            web:
              namespace: refusal-events
              image: registry.example.net/web:1.0
              port: 80
              retries: 0
              patches:
                - target: {kind: Deployment}
                  merge: {spec: {template: {metadata: {annotations: {lab.croft.dev/ready-after: 1s}}}}}
          """)
        let run = try await home.deploy { event in
          guard case .waiting = event else { return }
          await #expect(throws: Never.self) {
            let report = try await StatusReport.make(try home.blueprint(), in: home.environment())
            #expect(report.releases.count == 1)
          }
        }
        #expect(run.outcome.isSuccess, "\(run.events.suffix(4))")
        #expect(home.api.calls.contains { $0.kind == "Event" })
        await cluster.close()
      }
    }

    @Test(
      "What the server finds wrong with an object is said once",
      arguments: [
        ("a", "{ports: [{port: 0}]}", "spec.ports[0].port"), ("b", "{prot: 80}", "prot"),
        ("c", "{ports: [{port: eighty}]}", "port"),
      ])
    func anInvalidObject(name: String, spec: String, expected: String) async throws {
      try await withScenario("refusal-invalid") { home in
        try home.write(
          """
          apps:
            web:
              namespace: refusal-invalid
              retries: 5
              manifests: [{apiVersion: v1, kind: Service, metadata: {name: \(name)}, spec: \(spec)}]
          """)
        let run = try await home.deploy()
        #expect(run.outcome.failed == ["web"])
        let reasons = run.events.compactMap { if case .releaseFailed(_, let reason) = $0 { reason } else { nil } }
        #expect(reasons.count == 1 && reasons[0].hasPrefix("service/refusal-invalid/\(name): "), "\(reasons)")
        #expect(reasons[0].contains(expected), "\(reasons)")
        #expect(!run.events.contains { if case .retrying = $0 { true } else { false } }, "\(run.events)")
      }
    }

    @Test func whatIsForbiddenMayBeAllowedSoon() async throws {
      try await withScenario("refusal-passing") { home in
        try home.write(
          """
          apps:
            pod:
              namespace: refusal-passing
              retries: 5
              manifests:
                - apiVersion: v1
                  kind: Pod
                  metadata: {name: early}
                  spec: {serviceAccountName: late, containers: [{name: main, image: registry.example.net/early:1.0}]}
          """)
        let tries = Mutex(0)
        let run = try await home.deploy { event in
          guard case .retrying(_, _, _, let reason) = event else { return }
          #expect(reason.contains("serviceaccount \"late\" not found"), "\(reason)")
          let count = tries.withLock { tries in
            tries += 1
            return tries
          }
          guard count == 2 else { return }
          await #expect(throws: Never.self) {
            try await home.kubectl("create", "serviceaccount", "late", "-n", "refusal-passing")
          }
        }
        #expect(run.outcome.isSuccess, "\(run.events.suffix(4))")
        #expect(tries.withLock { $0 } == 2)
      }
    }
  }
}
