import Foundation
import JSON
import Lab
import Process
import Testing

extension EndToEnd {
  /// Secrets that lie encrypted beside the cluster file, on their way into the cluster.
  @Suite(.enabled(if: Executable.find("age") != nil, "needs age (scripts/setup)"))
  struct ClusterSecrets {
    static let file = """
      apiVersion: croft.dev/v1alpha1
      kind: Cluster
      name: sealed
      secrets: {backend: sops, recipients: []}
      apps:
        web:
          image: registry.example.net/web:1.0
          port: 80
          env: {PASSWORD: {secret: shared, key: password}}
        worker:
          image: registry.example.net/worker:1.0
          secrets: [shared]
          probe: false
        chart:
          secrets: [shared]
          manifests:
            - apiVersion: apps/v1
              kind: StatefulSet
              metadata: {name: reader}
              spec:
                serviceName: reader
                selector: {matchLabels: {app: reader}}
                template:
                  metadata: {labels: {app: reader}}
                  spec:
                    containers:
                      - name: reader
                        image: registry.example.net/reader:1.0
                        env: [{name: PASSWORD, valueFrom: {secretKeyRef: {name: shared, key: password}}}]
            - apiVersion: apps/v1
              kind: Deployment
              metadata: {name: other}
              spec:
                selector: {matchLabels: {app: other}}
                template:
                  metadata: {labels: {app: other}}
                  spec: {containers: [{name: other, image: "registry.example.net/other:1.0"}]}
      """

    @Test func reachEveryNamespaceBeforeWhoeverUsesThem() async throws {
      try await withHollowCluster { plane, _ in
        try await EndToEnd.withHome(plane) { home in
          try home.write("cluster.yaml", Self.file)
          let made = try await home.croft("secrets", "init")
          #expect(made.status == .exited(0), "\(made.errorText)")
          let set = try await home.croft("secrets", "set", "shared", "password", input: "first-secret")
          #expect(set.status == .exited(0), "\(set.errorText)")

          let plan = try await home.croft("plan")
          #expect(plan.status == .exited(2), "\(plan.text)\(plan.errorText)")
          #expect(
            plan.text.contains("+ secret/web/shared") && plan.text.contains("+ secret/worker/shared"), "\(plan.text)")
          #expect(!plan.text.contains("first-secret"))
          #expect(!plan.text.contains(Data("first-secret".utf8).base64EncodedString()))

          let deploy = try await home.croft("deploy", "--yes")
          #expect(deploy.status == .exited(0), "\(deploy.text)\(deploy.errorText)")
          for namespace in ["web", "worker", "chart"] {
            #expect(try await password(home, in: namespace) == "first-secret")
          }
          let pod = try await digest(home)
          #expect(try await home.croft("plan").status == .exited(0))
          let status = try await home.croft("status")
          #expect(status.status == .exited(0), "\(status.text)")

          // Another value: the Secrets change, and pods are made anew.
          _ = try await home.croft("secrets", "set", "shared", "password", input: "second-secret")
          let change = try await home.croft("plan")
          #expect(change.status == .exited(2))
          #expect(change.text.contains("~ secret/web/shared"), "\(change.text)")
          #expect(!change.text.contains(Data("second-secret".utf8).base64EncodedString()), "\(change.text)")
          let second = try await home.croft("deploy", "--yes")
          #expect(second.status == .exited(0), "\(second.text)\(second.errorText)")
          #expect(try await password(home, in: "worker") == "second-secret")
          #expect(try await digest(home) != pod)
          #expect(try await home.croft("deploy", "--yes", "-o", "json").text.contains(#""changes":0"#))

          // The same by one command: the Secret, and whoever reads it, and nothing else (acceptance S0.17).
          let reader = try await Self.mark(home, "statefulset/reader", in: "chart")
          #expect(!reader.isEmpty)
          #expect(try await Self.mark(home, "deployment/other", in: "chart").isEmpty)
          let third = try await home.croft("secrets", "set", "shared", "password", "--deploy", input: "third-secret")
          #expect(third.status == .exited(0), "\(third.text)\(third.errorText)")
          for namespace in ["web", "worker", "chart"] {
            #expect(try await password(home, in: namespace) == "third-secret")
          }
          #expect(try await Self.mark(home, "statefulset/reader", in: "chart") != reader)
          #expect(try await home.croft("plan").status == .exited(0))
          let unread = try await home.croft("secrets", "set", "unread", "password", "--deploy", input: "x")
          #expect(unread.status == .exited(1) && unread.errorText.contains("no release of the cluster file"))

          // Without the key nothing is guessed.
          try FileManager.default.removeItem(atPath: home.folder + "/.config/sops/age/keys.txt")
          let blind = try await home.croft("deploy", "--yes")
          #expect(blind.status != .exited(0))
          #expect(blind.errorText.contains("shared"), "\(blind.errorText)")
        }
      }
    }

    private func password(_ home: EndToEnd.Home, in namespace: String) async throws -> String {
      let text = try await home.kubectl("get", "secret", "shared", "-n", namespace, "-o", "jsonpath={.data.password}")
      return String(decoding: try #require(Data(base64Encoded: text)), as: UTF8.self)
    }

    private static func mark(_ home: EndToEnd.Home, _ object: String, in namespace: String) async throws -> String {
      try await home.kubectl(
        "get", object, "-n", namespace, "-o", "jsonpath={.spec.template.metadata.annotations.croft\\.dev/secrets}")
    }

    private func digest(_ home: EndToEnd.Home) async throws -> String {
      try await home.kubectl(
        "get", "deployment", "web", "-n", "web", "-o",
        "jsonpath={.spec.template.metadata.annotations.croft\\.dev/secrets}")
    }
  }
}
