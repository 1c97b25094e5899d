import Glibc
import Lab
import Testing

@Suite(.enabled(if: Lab.isAvailable, "the lab is not set up: run 'make setup'"))
struct ControlPlaneTests {
  @Test(.timeLimit(.minutes(5)))
  func `A control plane comes up and leaves nothing behind`() async throws {
    let folder = try await withControlPlane { plane in
      #expect(plane.url.hasPrefix("https://127.0.0.1:"))
      #expect(access(plane.kubeconfigPath, R_OK) == 0)
      #expect(!processes(mentioning: plane.folder).isEmpty)
      return plane.folder
    }
    #expect(processes(mentioning: folder).isEmpty)
    #expect(access(folder, F_OK) != 0)
  }

  @Test(.timeLimit(.minutes(5)))
  func `An API server that was killed comes back on its port`() async throws {
    try await withControlPlane(.apiServerOnly) { plane in
      let before = processes(mentioning: plane.folder).filter { $0.command.contains("/kube-apiserver") }
      await plane.stopAPIServer()
      #expect(!processes(mentioning: plane.folder).contains { $0.command.contains("/kube-apiserver") })
      try await plane.startAPIServer()
      let after = processes(mentioning: plane.folder).filter { $0.command.contains("/kube-apiserver") }
      #expect(!before.isEmpty && !after.isEmpty && before != after)
    }
  }
}
