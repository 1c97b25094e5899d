import Foundation
import JSON
import Lab
import Process
import Testing

extension EndToEnd {
  /// A cluster that cannot be reached or does not let us in: what is said, and how it ends.
  @Suite struct Access {
    static let file = """
      apiVersion: croft.dev/v1alpha1
      kind: Cluster
      name: access
      apps:
        settings: {namespace: access, manifests: [{apiVersion: v1, kind: ConfigMap, metadata: {name: one}}]}
      """

    @Test func saysWhatIsWrongAndWhatToDo() async throws {
      let plane = try await ControlPlane.shared
      try await EndToEnd.withHome(plane) { home in
        try home.write("cluster.yaml", Self.file)

        let wrong = try await home.croft("plan", kubeconfig: try plane.kubeconfigWithForeignCA())
        #expect(wrong.status == .exited(69))
        #expect(wrong.errorText.contains("certificate"), "\(wrong.errorText)")

        let refused = try await home.croft("deploy", "--yes", kubeconfig: try plane.kubeconfig(token: "expired"))
        #expect(refused.status == .exited(69))
        #expect(
          refused.errorText.contains("refused the credentials (401): the token of context"), "\(refused.errorText)")

        let text = try String(contentsOfFile: plane.kubeconfigPath, encoding: .utf8)
        try home.write("nowhere.yaml", text.replacing(plane.url, with: "https://127.0.0.1:1"))
        let nowhere = try await home.croft("status", "--kubeconfig", "nowhere.yaml")
        #expect(nowhere.status == .exited(69))
        #expect(nowhere.errorText.contains("127.0.0.1:1"), "\(nowhere.errorText)")

        let missing = try await home.croft("plan", "--context", "nope")
        #expect(missing.status == .exited(69))
        #expect(missing.errorText.contains("nope"), "\(missing.errorText)")
      }
    }

    /// Tokens that the control plane itself would have issued, and that have an end.
    @Test func aTokenThatExpires() async throws {
      try await withHollowCluster { plane, _ in
        try await EndToEnd.withHome(plane) { home in
          try home.write("cluster.yaml", Self.slow)
          try await home.kubectl("create", "serviceaccount", "expiring", "--namespace", "default")
          try await home.kubectl(
            "create", "clusterrolebinding", "expiring", "--clusterrole=cluster-admin",
            "--serviceaccount=default:expiring")
          let uid = try await home.kubectl("get", "serviceaccount", "expiring", "-o", "jsonpath={.metadata.uid}")
          func kubeconfig(validFor time: Duration) async throws -> String {
            try await plane.kubeconfig(
              token: try await plane.issueToken(
                serviceAccount: "expiring", namespace: "default", uid: uid, validFor: time))
          }
          let advice = "has expired, was revoked, or belongs to another cluster. Put a new one there"

          let old = try await kubeconfig(validFor: .seconds(-3600))
          for command in [["deploy", "--yes"], ["plan"], ["status"], ["delete", "slow", "--yes"]] {
            let refused = try await home.croft(command, kubeconfig: old)
            #expect(refused.status == .exited(69), "\(refused)")
            #expect(refused.errorText.contains(advice), "\(refused.errorText)")
          }
          #expect(try await !home.kubectl("get", "namespaces").contains("expiring"))

          // The server lets a token live for a minute after its end: this one is good for ten seconds.
          let brief = try await kubeconfig(validFor: .seconds(-50))
          let cut = try await home.croft("deploy", "--yes", kubeconfig: brief)
          #expect(cut.status == .exited(1), "\(cut)")
          #expect(cut.text.contains(advice), "\(cut.text)")
          #expect(cut.text.contains("then waits for slow"), "\(cut.text)")
          #expect(!cut.text.contains("retrying"), "\(cut.text)")

          let good = try await kubeconfig(validFor: .seconds(600))
          let next = try await home.croft("deploy", "--yes", kubeconfig: good)
          #expect(next.status == .exited(0), "\(next)")
          #expect(
            try await home.kubectl("get", "pods", "-n", "expiring", "-o", "name").split(separator: "\n").count == 1)
          #expect(try await home.croft("plan", kubeconfig: good).status == .exited(0))
          #expect(try await home.croft("delete", "--all", "--yes", kubeconfig: good).status == .exited(0))
        }
      }
    }

    /// The server believes a token for ten seconds after it has accepted it, so the first release takes longer.
    static let slow = """
      apiVersion: croft.dev/v1alpha1
      kind: Cluster
      name: expiring
      apps:
        slow:
          namespace: expiring
          image: registry.example.net/slow:1.0
          port: 80
          patches:
            - target: {kind: Deployment}
              merge: {spec: {template: {metadata: {annotations: {lab.croft.dev/ready-after: 25s}}}}}
        then:
          dependsOn: [slow]
          namespace: expiring
          manifests: [{apiVersion: v1, kind: ConfigMap, metadata: {name: then}}]
      """

    @Test func planDeployStatusDelete() async throws {
      try await withHollowCluster { plane, _ in
        try await EndToEnd.withHome(plane) { home in
          try home.write("cluster.yaml", Self.file)
          let plan = try await home.croft("plan")
          #expect(plan.status == .exited(2))
          #expect(plan.text.contains("+ configmap/access/one"), "\(plan.text)")
          #expect(try await home.croft("deploy", "--dry-run").status == .exited(0))
          #expect(try await home.croft("status").status == .exited(1))
          // Nobody can be asked here.
          #expect(try await home.croft("deploy").status == .exited(64))

          let deploy = try await home.croft("deploy", "--yes")
          #expect(deploy.status == .exited(0), "\(deploy.text)\(deploy.errorText)")
          #expect(try await home.croft("plan").status == .exited(0))
          let status = try await home.croft("status", "-o", "json")
          #expect(status.status == .exited(0))
          #expect(status.finished?["releases"]?[0]?["state"] == "ready")

          #expect(try await home.croft("delete", "settings").status == .exited(64))
          let delete = try await home.croft("delete", "settings", "--yes")
          #expect(delete.status == .exited(0), "\(delete.text)\(delete.errorText)")
          #expect(try await home.kubectl("get", "configmaps", "-n", "access").contains("one") == false)
          #expect(try await home.kubectl("get", "configmaps", "-n", "croft-system", "-l", "croft.dev/cluster").isEmpty)
        }
      }
    }
  }
}
