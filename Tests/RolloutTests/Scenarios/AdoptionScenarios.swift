import JSON
import Kubernetes
import Lab
import Rollout
import Testing

extension Scenarios {
  @Suite struct Adoption {
    static func chart(_ home: Scenario, _ values: String = "greeting: hello\n") throws {
      try home.write("chart/Chart.yaml", "apiVersion: v2\nname: greeter\nversion: 1.0.0\n")
      try home.write("chart/values.yaml", values)
      try home.write(
        "chart/templates/map.yaml",
        """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: {{ .Release.Name }}
          namespace: {{ .Release.Namespace }}
        data:
          greeting: {{ .Values.greeting }}
          {{- if .Values.old }}
          old: "yes"
          {{- end }}
        """)
    }

    @Test func takesOverAHelmRelease() async throws {
      try await withScenario("adopt-helm") { home in
        try Self.chart(home, "greeting: hello\nold: true\n")
        try await home.kubectl("create", "namespace", "adopt-helm")
        try await home.helm("install", "greeter", "chart", "--namespace", "adopt-helm")
        try home.write(
          """
          apps:
            greeter: {namespace: adopt-helm, chart: {path: chart}, values: {greeting: hi, old: false}}
          """)
        let plan = try await home.plan()
        #expect(plan.releases[0].entries.map(\.action) == [.adopt])
        let run = try await home.deploy()
        #expect(run.outcome.isSuccess)
        #expect(
          run.changes.contains { $0 == "configmap/adopt-helm/greeter adopted(from: \"Helm release greeter\")" },
          "\(run.changes)")
        // What Helm had set and we do not want is gone.
        let data = try await home.kubectl("get", "configmap", "greeter", "-n", "adopt-helm", "-o", "jsonpath={.data}")
        #expect(try JSON(parsing: data) == ["greeting": "hi"])
        #expect(try await home.deploy().changes == [])
      }
    }

    @Test func takesOverWhatKubectlApplied() async throws {
      try await withScenario("adopt-kubectl") { home in
        try await home.kubectl("create", "namespace", "adopt-kubectl")
        try await home.kubectl(
          "apply", "-f", "-",
          input: """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: x, namespace: adopt-kubectl}
            data: {a: "0", gone: "1"}
            """)
        try home.write(
          """
          apps:
            a:
              namespace: adopt-kubectl
              manifests: [{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, data: {a: "1"}}]
          """)
        let run = try await home.deploy()
        #expect(
          run.changes == [
            "configmap/adopt-kubectl/x tookOver(manager: \"kubectl-client-side-apply\", fields: [\".data.a\"])",
            "configmap/adopt-kubectl/x adopted(from: \"kubectl-client-side-apply\")",
          ])
        let data = try await home.kubectl("get", "configmap", "x", "-n", "adopt-kubectl", "-o", "jsonpath={.data}")
        #expect(try JSON(parsing: data) == ["a": "1"])
        #expect(try await home.deploy().changes == [])
      }
    }
  }
}
