import Foundation
import JSON
import Kubernetes
import Lab
import Synchronization
import Testing

@testable import Rollout

extension Scenarios {
  /// What a roll-out does when the server refuses it for a while, or its credentials for good.
  @Suite struct Access {
    @Test func aServerThatIsTooBusy() async throws {
      let folder = FileManager.default.temporaryDirectory.path(percentEncoded: false) + "croft-audit-\(UUID())"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(atPath: folder) }
      let audit = try AuditLog(in: folder, of: "busy", resource: "configmaps")
      var options = ControlPlane.Options()
      options.maxMutatingRequestsInFlight = 2
      // The limit holds for everybody then, and is answered with 429.
      options.apiServerArguments = ["--feature-gates=APIPriorityAndFairness=false"] + audit.apiServerArguments
      try await withControlPlane(options) { plane in
        let admin = Cluster(plane.access, clock: ContinuousClock())
        // Administrators are not limited.
        try await Self.makeAdministrator(["apiGroup": Self.rbac, "kind": "User", "name": "busy"], with: admin)
        await admin.close()
        let notices = Mutex<[RetryNotice]>([])
        let access = try ClusterAccess.load(kubeconfig: try await plane.addUser("busy"), environment: [:])
        let cluster = Cluster(
          access, clock: ContinuousClock(), onRetry: { notice in notices.withLock { $0.append(notice) } })
        try await withScenario("access-busy", on: plane) { home in
          let home = Scenario(
            name: home.name, folder: home.folder, api: RecordingAPI(cluster), kubeconfig: home.kubeconfig,
            controlPlane: plane)
          try home.write("apps:\n  a:\n    namespace: access-busy\n    manifests:\n\(Trouble.maps(300))\n")
          let run = try await home.deploy()
          #expect(run.outcome.isSuccess, "\(run.events.suffix(3))")
          #expect(run.changes.count { $0.hasSuffix(" created") && $0.contains("configmap/access-busy/m") } == 300)
          #expect(try await home.names("configmaps", in: "access-busy").count { $0.hasPrefix("m") } == 300)
          try proveRefusals(audit, notices.withLock { $0 })
          #expect(try await home.deploy().changes == [])
        }
        await cluster.close()
      }
    }

    /// What the server itself wrote down: it refused some, was left in peace for as long as it asked, and made every
    /// object once.
    private func proveRefusals(_ audit: AuditLog, _ notices: [RetryNotice]) throws {
      let requests = try audit.requests().filter { $0.uri.contains("/namespaces/access-busy/configmaps/m") }
      let refused = requests.filter { $0.code == 429 }
      #expect(!refused.isEmpty, "the server was expected to refuse some")
      let noticed = notices.filter {
        $0.request.hasPrefix("PATCH configmaps access-busy/m") && $0.reason.contains("429")
      }
      #expect(noticed.count == refused.count)
      #expect(requests.count { $0.code == 201 } == 300 && requests.count == 300 + refused.count)
      for (uri, tries) in Dictionary(grouping: requests, by: \.uri) {
        let tries = tries.sorted { $0.received < $1.received }
        #expect(tries.map { $0.code == 201 } == tries.indices.map { $0 == tries.count - 1 }, "\(uri): \(tries)")
        for (refusal, next) in zip(tries, tries.dropFirst()) {
          // It asks for a second.
          #expect(next.received - refusal.answered >= 1, "\(uri): \(tries)")
        }
      }
    }

    @Test func aTokenThatExpiresIsReadAnew() async throws {
      try await withExpiringToken("access-renewed") { home, token in
        try home.write(Self.slowThenFast(in: "access-renewed"))
        let first = try await token.write(validFor: Self.shortly)
        let run = try await home.deploy { event in
          // Long before it is needed, as whoever keeps such files does.
          if case .waiting = event { _ = try? await token.write(validFor: .seconds(600)) }
        }
        #expect(run.outcome.isSuccess, "\(run.events.suffix(3))")
        #expect(try await home.names("configmaps", in: "access-renewed").count { $0.hasPrefix("m") } == 5)
        // The first one would have ended it.
        #expect(try await home.isRefused(token: first))
      }
    }

    @Test func aTokenThatExpiresEndsTheRunAndTheNextGoesOn() async throws {
      try await withExpiringToken("access-expired") { home, token in
        try home.write(Self.slowThenFast(in: "access-expired"))
        try await token.write(validFor: Self.shortly)
        let run = try await home.deploy()
        #expect(!run.outcome.isSuccess)
        let reasons = run.events.compactMap { if case .releaseFailed(_, let reason) = $0 { reason } else { nil } }
        #expect(reasons.contains { $0.contains("credentials") && $0.contains("expired") }, "\(run.events.suffix(4))")
        try await token.write(validFor: .seconds(600))
        let next = try await home.deploy()
        #expect(next.outcome.isSuccess, "\(next.events.suffix(3))")
        #expect(try await home.names("configmaps", in: "access-expired").count { $0.hasPrefix("m") } == 5)
        #expect(try await home.names("pods", in: "access-expired").count == 1)
        #expect(try await home.deploy().changes == [])
      }
    }

    /// The server lets a token live for a minute after its end: this one is good for five seconds.
    private static let shortly = Duration.seconds(-55)

    /// The server believes a token for ten seconds after it has accepted it, so the first release takes longer.
    private static func slowThenFast(in namespace: String) -> String {
      """
      apps:
        slow:
          namespace: \(namespace)
          image: registry.example.net/slow:1.0
          port: 80
          retries: 0
          patches:
            - target: {kind: Deployment}
              merge: {spec: {template: {metadata: {annotations: {lab.croft.dev/ready-after: 19s}}}}}
        then:
          namespace: \(namespace)
          dependsOn: [slow]
          retries: 1
          manifests:
      \(Trouble.maps(5))

      """
    }

    private static let rbac: JSON = "rbac.authorization.k8s.io"

    private static func makeAdministrator(_ subject: JSON, with admin: Cluster) async throws {
      let name = subject["name"]?.string ?? ""
      let binding: JSON = [
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
        "metadata": ["name": .string("access-\(name)")],
        "roleRef": ["apiGroup": rbac, "kind": "ClusterRole", "name": "cluster-admin"], "subjects": [subject],
      ]
      let bindings = Resource(
        gvk: GroupVersionKind(group: "rbac.authorization.k8s.io", version: "v1", kind: "ClusterRoleBinding"),
        plural: "clusterrolebindings", isNamespaced: false)
      _ = try await admin.apply(Object(binding), bindings, ApplyOptions(force: true))
    }

    /// The file of a service account's token.
    private struct TokenFile: Sendable {
      let path: String
      let account: Object
      let plane: ControlPlane

      @discardableResult
      func write(validFor time: Duration) async throws -> String {
        let token = try await plane.issueToken(
          serviceAccount: account.name, namespace: account.namespace ?? "", uid: account.uid ?? "", validFor: time)
        try token.write(toFile: path, atomically: true, encoding: .utf8)
        return token
      }
    }

    private func withExpiringToken(
      _ name: String, _ body: @Sendable (Scenario, TokenFile) async throws -> Void
    ) async throws {
      try await withScenario(name) { home in
        let admin = Cluster(home.controlPlane.access, clock: ContinuousClock())
        let object: JSON = [
          "apiVersion": "v1", "kind": "ServiceAccount", "metadata": ["name": .string(name), "namespace": "default"],
        ]
        let accounts = Resource(
          gvk: GroupVersionKind(group: "", version: "v1", kind: "ServiceAccount"), plural: "serviceaccounts",
          isNamespaced: true)
        let account = try await admin.apply(Object(object), accounts, ApplyOptions(force: true))
        try await Self.makeAdministrator(
          ["kind": "ServiceAccount", "name": .string(name), "namespace": "default"], with: admin)
        await admin.close()
        let token = TokenFile(path: home.folder + "/token", account: account, plane: home.controlPlane)
        var access = home.controlPlane.access
        access.credentials = .tokenFile(token.path)
        let cluster = Cluster(access, clock: ContinuousClock())
        try await body(
          Scenario(
            name: name, folder: home.folder, api: RecordingAPI(cluster), kubeconfig: home.kubeconfig,
            controlPlane: home.controlPlane), token)
        await cluster.close()
      }
    }
  }
}

extension Scenario {
  /// Whether the server does not know who this is.
  fileprivate func isRefused(token: String) async throws -> Bool {
    var access = controlPlane.access
    let file = folder + "/old-token"
    try token.write(toFile: file, atomically: true, encoding: .utf8)
    access.credentials = .tokenFile(file)
    let cluster = Cluster(access, clock: ContinuousClock())
    var isRefused = false
    do {
      _ = try await cluster.list(.configMaps, namespace: name, ListOptions())
    } catch KubernetesError.status(let failure) where failure.code == 401 {
      isRefused = true
    }
    await cluster.close()
    return isRefused
  }
}
