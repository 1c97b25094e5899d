import FoundationEssentials
import JSON
import Kubernetes
import Lab
import Redaction
import Testing

@Suite("Reaching a server and being known to it", .enabled(if: Lab.isAvailable), .timeLimit(.minutes(5)))
struct AccessTests {
  @Test("A server with another authority is not trusted, and nothing is sent")
  func untrusted() async throws {
    let plane = try await SharedServer.shared.plane()
    let access = try ClusterAccess.load(kubeconfig: try await plane.kubeconfigWithForeignCA(), environment: [:])
    let error = await #expect(throws: KubernetesError.self) {
      try await Cluster(access, clock: ContinuousClock()).version()
    }
    guard case .untrusted(let server, let reason) = error else {
      Issue.record("expected untrusted, got \(String(describing: error))")
      return
    }
    #expect(server.contains(plane.url))
    #expect(server.contains("context "))
    #expect(reason.contains("certificate"))
  }

  @Test("Where nothing listens, the message says what, where and which context, within seconds")
  func unreachable() async throws {
    let access = ClusterAccess(server: "https://127.0.0.1:1", origin: "context home of /home/me/.kube/config")
    let notices = Notices()
    let clock = JumpingClock()
    let cluster = Cluster(access, clock: clock, onRetry: { notices.add($0) })
    let error = await #expect(throws: KubernetesError.self) { try await cluster.version() }
    let text = "\(try #require(error))"
    #expect(text.contains("https://127.0.0.1:1"))
    #expect(text.contains("context home of /home/me/.kube/config"))
    #expect(text.contains("Connection refused"))
    #expect(notices.all.count == 2, "an address that never answered is not tried for long")
    #expect(clock.now.offset < .seconds(5))
  }

  @Test("A client certificate from a kubeconfig is accepted; without one the server says Unauthorized")
  func certificate() async throws {
    let plane = try await SharedServer.shared.plane()
    let access = try ClusterAccess.load(kubeconfig: plane.kubeconfigPath, environment: [:])
    #expect(access.clientCertificate != nil)
    let cluster = Cluster(access, clock: ContinuousClock())
    #expect(try await cluster.get(.namespaces, namespace: nil, name: "kube-system") != nil)
    var nobody = access
    nobody.clientCertificate = nil
    nobody.credentials = .token(Secret("wrong"))
    let error = await #expect(throws: KubernetesError.self) {
      try await Cluster(nobody, clock: ContinuousClock()).get(.namespaces, namespace: nil, name: "kube-system")
    }
    guard case .status(let failure) = error else {
      Issue.record("expected a status, got \(String(describing: error))")
      return
    }
    #expect(failure.code == 401)
  }

  @Test("Impersonation: the server sees the other user and its groups")
  func impersonation() async throws {
    let plane = try await SharedServer.shared.plane()
    var access = try plane.access()
    access.impersonation = Impersonation(user: "jane", groups: ["some", "others"])
    let cluster = Cluster(access, clock: ContinuousClock())
    let error = await #expect(throws: KubernetesError.self) {
      try await cluster.get(.namespaces, namespace: nil, name: "kube-system")
    }
    #expect("\(try #require(error))".contains("\"jane\""))
    access.impersonation = Impersonation(user: "jane", groups: ["some", "system:masters"])
    #expect(
      try await Cluster(access, clock: ContinuousClock()).get(.namespaces, namespace: nil, name: "default") != nil)
  }

  @Test("A token file is read again when the server refuses its token, and after a minute")
  func tokenFile() async throws {
    try await withFaultyServer { server in
      let file = FileManager.default.temporaryDirectory.path() + "croft-token-\(UInt64.random(in: 0 ... .max))"
      defer { try? FileManager.default.removeItem(atPath: file) }
      func write(_ token: String) throws { try "\(token)\n".write(toFile: file, atomically: true, encoding: .utf8) }
      try write(server.plane.adminToken)
      let clock = JumpingClock()
      let cluster = try server.cluster(clock, credentials: .tokenFile(file))
      func read() async throws { _ = try await cluster.get(.namespaces, namespace: nil, name: "default") }
      try await read()

      // Not looked at within a minute …
      try write("second")
      clock.advance(by: .seconds(59))
      try await read()
      // … but then. The server does not know it; nothing better is in the file.
      clock.advance(by: .seconds(2))
      await #expect(throws: KubernetesError.self) { try await read() }
      // Renewed: the refusal makes it look again at once.
      try write(server.plane.adminToken)
      try await read()
    }
  }

  @Test("An expired token is refused; when its file has a new one the request goes on without an error")
  func expiredToken() async throws {
    let box = try await Sandbox.make()
    let discovery = try await box.cluster.discovery(refresh: false)
    let object: JSON = [
      "apiVersion": "v1", "kind": "ServiceAccount",
      "metadata": ["name": "worker", "namespace": .string(box.namespace)],
    ]
    let account = try await box.cluster.apply(
      Object(object), try #require(discovery.resource(named: "serviceaccounts")), ApplyOptions())
    func token(_ validFor: Duration) async throws -> String {
      try await box.plane.issueToken(
        serviceAccount: "worker", namespace: box.namespace, uid: account.uid ?? "", validFor: validFor)
    }
    let file = FileManager.default.temporaryDirectory.path() + "croft-token-\(UInt64.random(in: 0 ... .max))"
    defer { try? FileManager.default.removeItem(atPath: file) }
    try await token(.seconds(-60)).write(toFile: file, atomically: true, encoding: .utf8)
    var access = try box.plane.access()
    access.credentials = .tokenFile(file)
    let cluster = Cluster(access, clock: JumpingClock())
    await #expect {
      _ = try await cluster.version()
      _ = try await cluster.get(.namespaces, namespace: nil, name: "default")
    } throws: { error in
      guard case KubernetesError.status(let failure) = error else { return false }
      return failure.code == 401
    }
    try await token(.seconds(600)).write(toFile: file, atomically: true, encoding: .utf8)
    let error = await #expect(throws: KubernetesError.self) {
      try await cluster.get(.namespaces, namespace: nil, name: "default")
    }
    // Known now, and without rights.
    #expect("\(try #require(error))".contains("system:serviceaccount:\(box.namespace):worker"))
  }

  @Test("Cancelling ends requests that the server holds up")
  func cancellation() async throws {
    try await withFaultyServer { server in
      try await server.inject(.delay(3600, match: "GET"))
      let cluster = try server.cluster()
      let task = Task { try await cluster.version() }
      try await eventually("the request") { try await server.requests("GET /version").isEmpty ? nil : true }
      task.cancel()
      let result = await task.result
      #expect(throws: CancellationError.self) { try result.get() }
    }
  }
}
