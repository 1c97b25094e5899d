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
        #expect(refused.errorText.contains("Unauthorized") || refused.errorText.contains("401"), "\(refused.errorText)")
        #expect(!refused.errorText.contains("expired\n"))

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
