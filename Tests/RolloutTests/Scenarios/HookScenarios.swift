import JSON
import Kubernetes
import Lab
import Rollout
import Testing

extension Scenarios {
  @Suite struct Hooks {
    static func job(_ name: String, hook: String, weight: Int = 0, policy: String = "", fails: Bool = false) -> String {
      """
      apiVersion: batch/v1
      kind: Job
      metadata:
        name: \(name)
        annotations:
          helm.sh/hook: \(hook)
          helm.sh/hook-weight: "\(weight)"
          \(policy.isEmpty ? "" : "helm.sh/hook-delete-policy: \(policy)")
      spec:
        backoffLimit: 0
        template:
          metadata:
            annotations: {\(fails ? "lab.croft.dev/behaviour: fail" : "")}
          spec: {restartPolicy: Never, containers: [{name: run, image: "registry.example.net/run:1"}]}
      """
    }

    static func chart(_ home: Scenario, _ templates: [String: String]) throws {
      try home.write("chart/Chart.yaml", "apiVersion: v2\nname: hooked\nversion: 1.0.0\n")
      try home.write(
        "chart/templates/map.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: plain}\ndata: {v: {{ .Values.v | default 1 | quote }}}\n")
      for (name, text) in templates { try home.write("chart/templates/\(name).yaml", text) }
    }

    static func steps(_ run: Deployed) -> [String] {
      run.events.compactMap { event in
        switch event {
        case .step(_, let text) where text.contains("hook"): text
        case .changed(_, let id, .created) where id.groupKind.kind == "ConfigMap": "\(id)"
        default: nil
        }
      }
    }

    @Test func runInOrderAroundTheObjects() async throws {
      try await withScenario("hooks-order") { home in
        try Self.chart(
          home,
          [
            "second": Self.job("second", hook: "pre-install", weight: 5),
            "first": Self.job("first", hook: "pre-install,pre-upgrade", weight: -5, policy: "hook-succeeded"),
            "last": Self.job("last", hook: "post-install"),
          ])
        try home.write("apps:\n  h: {namespace: hooks-order, chart: {path: chart}}\n")
        let run = try await home.deploy()
        #expect(run.outcome.isSuccess)
        #expect(
          Self.steps(run) == [
            "running pre-install hook job.batch/hooks-order/first",
            "running pre-install hook job.batch/hooks-order/second", "configmap/hooks-order/plain",
            "running post-install hook job.batch/hooks-order/last",
          ])
        // `first` is deleted when it has succeeded; the others stay.
        #expect(try await home.names("jobs", in: "hooks-order").sorted() == ["last", "second"])

        #expect(Self.steps(try await home.deploy()) == [])
        try home.write("apps:\n  h: {namespace: hooks-order, chart: {path: chart}, values: {v: 2}}\n")
        #expect(
          Self.steps(try await home.deploy()) == ["running pre-upgrade hook job.batch/hooks-order/first"])
      }
    }

    @Test func aFailedHookFailsTheRelease() async throws {
      try await withScenario("hooks-failed") { home in
        try Self.chart(home, ["bad": Self.job("bad", hook: "pre-install", fails: true)])
        try home.write("apps:\n  h: {namespace: hooks-failed, retries: 0, chart: {path: chart}}\n")
        let run = try await home.deploy()
        #expect(run.outcome.failed == ["h"])
        #expect(try await home.names("configmaps", in: "hooks-failed").contains("plain") == false)
        #expect(
          run.events.contains {
            if case .releaseFailed("h", let reason) = $0 {
              reason.contains("job.batch/hooks-failed/bad")
            } else {
              false
            }
          })
      }
    }

    @Test func lookupSeesTheClusterAndKeepIsKept() async throws {
      try await withScenario("hooks-lookup") { home in
        try Self.chart(
          home,
          [
            "secret": """
            {{- $old := lookup "v1" "Secret" .Release.Namespace "generated" }}
            apiVersion: v1
            kind: Secret
            metadata: {name: generated, annotations: {helm.sh/resource-policy: keep}}
            data:
              {{- if $old }}
              password: {{ $old.data.password }}
              {{- else }}
              password: {{ randAlphaNum 16 | b64enc }}
              {{- end }}
            """
          ])
        try home.write("apps:\n  h: {namespace: hooks-lookup, chart: {path: chart}}\n")
        #expect(try await home.deploy().outcome.isSuccess)
        home.api.forget()
        #expect(try await home.deploy().changes == [])
        #expect(home.api.writes == [])
        try home.write("chart/templates/secret.yaml", "")
        let run = try await home.deploy()
        #expect(run.changes == ["secret/hooks-lookup/generated kept(reason: \"its helm.sh/resource-policy is keep\")"])
      }
    }
  }
}
