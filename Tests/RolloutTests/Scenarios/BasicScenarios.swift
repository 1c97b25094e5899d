import Foundation
import JSON
import Kubernetes
import Lab
import Rollout
import Testing

extension Scenarios {
  @Suite struct Basics {
    @Test func deploysAnImageAndASecondRunWritesNothing() async throws {
      try await withScenario("basic-image") { home in
        try home.write(
          """
          apps:
            web:
              namespace: {name: basic-image, labels: {team: home}}
              image: registry.example.net/web:1.0
              port: 8080
              replicas: 2
              storage: {data: {size: 1Gi, mount: /data, class: standard, accessMode: ReadWriteMany}}
            settings:
              namespace: basic-image
              manifests:
                - {apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {mode: quiet}}
              dependsOn: [web]
          """)
        let first = try await home.deploy()
        #expect(first.outcome.isSuccess)
        #expect(first.outcome.ready == ["web", "settings"])
        #expect(first.changes.contains("deployment.apps/basic-image/web created"))
        let started = try #require(first.index(of: .releaseStarted("settings", attempt: 1)))
        let ready = try #require(first.firstIndex { if case .releaseReady("web", _, _) = $0 { true } else { false } })
        #expect(ready < started)
        #expect(
          try await home.kubectl("get", "namespace", "basic-image", "-o", "jsonpath={.metadata.labels.team}") == "home")

        home.api.forget()
        let second = try await home.deploy()
        #expect(second.outcome.isSuccess)
        #expect(second.changes == [])
        #expect(home.api.writes == [])
        let lists = Dictionary(grouping: home.api.calls.filter { $0.verb == .list }, by: \.kind).mapValues(\.count)
        #expect(lists.values.allSatisfy { $0 == 1 }, "\(lists)")
        #expect(try await home.plan().hasChanges == false)
      }
    }

    @Test func aFailedReleaseStopsItsDependentsAndNothingElse() async throws {
      try await withScenario("basic-blocked") { home in
        try home.write(
          """
          apps:
            broken:
              image: registry.example.net/broken:1.0
              port: 80
              retries: 0
              timeout: 3s
              patches:
                - target: {kind: Deployment}
                  merge: {spec: {template: {metadata: {annotations: {lab.croft.dev/behaviour: image-pull-backoff}}}}}
            dependent: {dependsOn: [broken], manifests: [{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}]}
            other: {manifests: [{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}]}
          """)
        let run = try await home.deploy()
        #expect(run.outcome.ready == ["other"])
        #expect(run.outcome.failed == ["broken"])
        #expect(run.outcome.blocked == ["dependent"])
        #expect(run.events.contains(.releaseBlocked("dependent", by: ["broken"])))
        let reason = run.events.compactMap { event -> String? in
          if case .releaseFailed("broken", let reason) = event { reason } else { nil }
        }
        #expect(reason.first?.contains("ImagePullBackOff") == true, "\(reason)")
        #expect(reason.first?.contains("pod broken-") == true, "\(reason)")
      }
    }

    @Test func triesAgainUntilAJobSucceeds() async throws {
      try await withScenario("basic-retry") { home in
        try home.write(
          """
          apps:
            migrate:
              retries: 5
              manifests:
                - apiVersion: batch/v1
                  kind: Job
                  metadata: {name: migrate}
                  spec:
                    backoffLimit: 0
                    template:
                      metadata: {annotations: {lab.croft.dev/fail-times: "3"}}
                      spec: {restartPolicy: Never, containers: [{name: migrate, image: registry.example.net/migrate:1.0}]}
          """)
        let run = try await home.deploy()
        #expect(run.outcome.isSuccess)
        let attempts = run.events.compactMap { event -> Int? in
          if case .releaseStarted("migrate", let attempt) = event { attempt } else { nil }
        }
        #expect(attempts == [1, 2, 3, 4])
      }
    }

    @Test func aJobThatFailedIsPlannedAnew() async throws {
      try await withScenario("basic-failed") { home in
        try home.write(
          """
          apps:
            fails:
              retries: 0
              manifests:
                - apiVersion: batch/v1
                  kind: Job
                  metadata: {name: fails}
                  spec:
                    backoffLimit: 0
                    template:
                      metadata: {annotations: {lab.croft.dev/fail-times: "1"}}
                      spec: {restartPolicy: Never, containers: [{name: main, image: registry.example.net/fails:1.0}]}
          """)
        #expect(try await home.deploy().outcome.failed == ["fails"])
        let plan = try await home.plan()
        #expect(plan.hasChanges)
        let jobs = plan.releases[0].entries.filter { $0.object.groupKind.kind == "Job" }
        #expect(jobs.map(\.action) == [.recreate])
        #expect(jobs.first?.note == "it had ended without success")
        // Another change does not keep it from being made anew.
        let file = try String(contentsOfFile: home.folder + "/cluster.yaml", encoding: .utf8)
        try home.write("cluster.yaml", file.replacing("{name: fails}", with: "{name: fails, labels: {a: b}}"))
        let changed = try await home.plan().releases[0].entries.first { $0.object.groupKind.kind == "Job" }
        #expect(changed?.action == .recreate)
        #expect(changed?.fields.map(\.path) == ["metadata.labels.a"])
        #expect(try await home.deploy().outcome.isSuccess)
        #expect(try await !home.plan().hasChanges)
      }
    }

    @Test func aDefinitionAndItsResourceInOneRelease() async throws {
      try await withScenario("basic-crd") { home in
        try home.write(
          """
          apps:
            widgets:
              namespace: basic-crd
              timeout: 30s
              waitFor: [widgets.basic.croft.dev/one]   # comes after the definition, which is ready first
              manifests:
                - {apiVersion: basic.croft.dev/v1, kind: Widget, metadata: {name: one}, spec: {size: 3}}
                - apiVersion: apiextensions.k8s.io/v1
                  kind: CustomResourceDefinition
                  metadata: {name: widgets.basic.croft.dev}
                  spec:
                    group: basic.croft.dev
                    scope: Namespaced
                    names: {plural: widgets, singular: widget, kind: Widget}
                    versions:
                      - name: v1
                        served: true
                        storage: true
                        schema:
                          openAPIV3Schema:
                            type: object
                            properties: {spec: {type: object, properties: {size: {type: integer}}}}
          """)
        #expect(try await home.deploy().outcome.isSuccess)
        #expect(try await home.names("widgets.basic.croft.dev", in: "basic-crd") == ["one"])
        home.api.forget()
        #expect(try await home.deploy().changes == [])
        #expect(home.api.writes == [])
      }
    }

    @Test func onlyAndUntilChooseReleases() async throws {
      try await withScenario("basic-choose") { home in
        let map = { (name: String) in "manifests: [{apiVersion: v1, kind: ConfigMap, metadata: {name: \(name)}}]" }
        try home.write(
          """
          apps:
            a: {namespace: basic-choose, \(map("a"))}
            b: {namespace: basic-choose, \(map("b"))}
            c: {namespace: basic-choose, dependsOn: [b], \(map("c"))}
          layers:
            - {name: one, releases: [a]}
            - {name: two, releases: [b, c]}
          """)
        #expect(try await home.deploy(.init(until: "one")).outcome.ready == ["a"])
        let only = try await home.deploy(.init(only: ["c"]))
        #expect(only.outcome.ready == ["c"])
        #expect(only.events.contains(.warning(release: "c", "it depends on 'b', which has not been deployed")))
        await #expect(throws: RolloutError.unknownRelease("nope")) { try await home.deploy(.init(only: ["nope"])) }
        await #expect(throws: RolloutError.unknownLayer("nope")) { try await home.deploy(.init(until: "nope")) }
      }
    }
  }
}

/// Roll-outs on a real API server. One at a time: a roll-out holds the cluster's lease.
@Suite(.serialized, .enabled(if: Lab.isAvailable, "\(Lab.unavailable)"), .timeLimit(.minutes(10)))
enum Scenarios {}
