import JSON
import Kubernetes
import Lab
import Rollout
import Testing

extension Scenarios {
  @Suite struct Pruning {
    static let map = "{apiVersion: v1, kind: ConfigMap, metadata: {name: NAME}, data: {a: \"1\"}}"
    static func map(_ name: String) -> String { map.replacing("NAME", with: name) }

    @Test func removesOnlyWhatItsInventoryOwns() async throws {
      try await withScenario("prune-own") { home in
        try home.write("apps:\n  a: {namespace: prune-own, manifests: [\(Self.map("x")), \(Self.map("y"))]}\n")
        try await home.deploy()
        try await home.kubectl("create", "configmap", "stranger", "-n", "prune-own")
        try home.write("apps:\n  a: {namespace: prune-own, manifests: [\(Self.map("x"))]}\n")
        let plan = try await home.plan()
        #expect(plan.releases[0].entries.map { "\($0.action) \($0.object)" } == ["prune configmap/prune-own/y"])
        let run = try await home.deploy()
        #expect(run.changes == ["configmap/prune-own/y pruned"])
        let names = try await home.names("configmaps", in: "prune-own")
        #expect(names.contains("x") && names.contains("stranger") && !names.contains("y"))
      }
    }

    @Test func keepsNamespacesAndClaimsUnlessAsked() async throws {
      try await withScenario("prune-data") { home in
        let claim = """
          {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data}, spec: {storageClassName: standard, \
          accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}
          """
        let space = "{apiVersion: v1, kind: Namespace, metadata: {name: prune-data-extra}}"
        try home.write("apps:\n  a: {namespace: prune-data, manifests: [\(Self.map("x")), \(claim), \(space)]}\n")
        try await home.deploy()
        try home.write("apps:\n  a: {namespace: prune-data, manifests: [\(Self.map("x"))]}\n")
        let run = try await home.deploy()
        #expect(run.outcome.isSuccess)
        #expect(run.changes.count { $0.contains("kept") } == 2, "\(run.changes)")
        #expect(try await home.names("persistentvolumeclaims", in: "prune-data") == ["data"])
        try await home.kubectl("get", "namespace", "prune-data-extra")

        // What was kept is still owned: asked for, it goes.
        try home.write(
          "apps:\n  a: {namespace: prune-data, prune: {protected: true}, manifests: [\(Self.map("x"))]}\n")
        let asked = try await home.deploy()
        #expect(asked.changes.count { $0.contains("pruned") } == 2, "\(asked.changes)")
      }
    }

    @Test func repairsDriftAndSaysSo() async throws {
      try await withScenario("prune-drift") { home in
        try home.write("apps:\n  a: {namespace: prune-drift, manifests: [\(Self.map("x"))]}\n")
        try await home.deploy()
        try await home.kubectl(
          "patch", "configmap", "x", "-n", "prune-drift", "--type=merge", "-p", #"{"data":{"a":"2","mine":"1"}}"#)
        let plan = try await home.plan()
        #expect(plan.releases[0].entries.map(\.fields) == [[FieldChange(path: "data.a", before: "2", after: "1")]])
        let run = try await home.deploy()
        #expect(
          run.changes == [
            "configmap/prune-drift/x tookOver(manager: \"kubectl-patch\", fields: [\".data.a\"])",
            "configmap/prune-drift/x updated",
          ])
        // A field that nobody asked us to set stays as it was set.
        let data = try await home.kubectl("get", "configmap", "x", "-n", "prune-drift", "-o", "jsonpath={.data}")
        #expect(try JSON(parsing: data) == ["a": "1", "mine": "1"])
        #expect(try await home.deploy().changes == [])
      }
    }

    @Test func aDeletedObjectComesBack() async throws {
      try await withScenario("prune-deleted") { home in
        try home.write("apps:\n  a: {namespace: prune-deleted, manifests: [\(Self.map("x"))]}\n")
        try await home.deploy()
        try await home.kubectl("delete", "configmap", "x", "-n", "prune-deleted")
        #expect(try await home.deploy().changes == ["configmap/prune-deleted/x created"])
      }
    }

    @Test func twoReleasesCannotOwnOneObject() async throws {
      try await withScenario("prune-owned") { home in
        try home.write(
          """
          apps:
            a: {namespace: prune-owned, retries: 0, manifests: [\(Self.map("x"))]}
            b: {namespace: prune-owned, retries: 0, dependsOn: [a], manifests: [\(Self.map("x"))]}
          """)
        let run = try await home.deploy()
        #expect(run.outcome.failed == ["b"])
        #expect(
          run.events.contains {
            if case .releaseFailed("b", let reason) = $0 { reason.contains("belongs to release 'a'") } else { false }
          })
      }
    }

    @Test func anImmutableFieldRecreatesAJobButNeverAClaim() async throws {
      try await withScenario("prune-immutable") { home in
        func file(image: String, size: String) -> String {
          """
          apps:
            a:
              namespace: prune-immutable
              retries: 0
              manifests:
                - apiVersion: batch/v1
                  kind: Job
                  metadata: {name: once}
                  spec:
                    template:
                      spec: {restartPolicy: Never, containers: [{name: once, image: "\(image)"}]}
            b:
              namespace: prune-immutable
              retries: 0
              manifests:
                - apiVersion: v1
                  kind: PersistentVolumeClaim
                  metadata: {name: data}
                  spec: {storageClassName: \(size), accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
          """
        }
        try home.write(file(image: "a:1", size: "standard"))
        #expect(try await home.deploy().outcome.isSuccess)
        try home.write(file(image: "a:2", size: "longhorn"))
        let run = try await home.deploy()
        #expect(run.outcome.ready == ["a"])
        #expect(run.outcome.failed == ["b"])
        #expect(run.changes.contains { $0.hasPrefix("job.batch/prune-immutable/once recreated") })
        #expect(try await home.names("persistentvolumeclaims", in: "prune-immutable") == ["data"])
      }
    }
  }
}
