import JSON
import Kubernetes
import Lab
import Testing

@Suite("Trying again", .enabled(if: Lab.isAvailable), .timeLimit(.minutes(5)))
struct RetryTests {
  @Test("A busy server is asked again no sooner than it says")
  func busy() async throws {
    let box = try await Sandbox.make()
    try await withFaultyServer { server in
      let status: JSON = [
        "kind": "Status", "reason": "TooManyRequests", "code": 429, "message": "too many requests",
        "details": ["retryAfterSeconds": 7],
      ]
      try await server.inject(
        .answer(429, match: "PATCH", body: status), .answer(429, match: "PATCH", headers: ["Retry-After": "3"]))
      let notices = Notices()
      let clock = JumpingClock()
      let cluster = try server.cluster(clock, notices: notices)
      let applied = try await cluster.apply(box.configMap("busy"), .configMaps, ApplyOptions())
      #expect(applied.uid != nil)
      #expect(notices.all.map(\.attempt) == [1, 2])
      #expect(notices.all.allSatisfy { $0.request == "PATCH configmaps \(box.namespace)/busy" })
      #expect(notices.all[0].reason.contains("too many requests"))
      #expect((Duration.seconds(7) ..< .seconds(8)).contains(notices.all[0].delay))
      #expect((Duration.seconds(3) ..< .seconds(4)).contains(notices.all[1].delay))
    }
  }

  @Test(
    "What passes is tried again",
    arguments: [
      (502, "bad gateway"), (503, "the server is shutting down"), (504, "Timeout: request did not complete"),
      (500, "etcdserver: leader changed"), (500, "etcdserver: request timed out"),
      (
        500,
        "Internal error occurred: failed calling webhook \"w\": Post \"https://w.w.svc:443/\": dial tcp: "
          + "connect: connection refused"
      ),
      (500, "Internal error occurred: failed calling webhook \"w\": no endpoints available for service \"w\""),
    ])
  func passing(code: Int, message: String) async throws {
    let box = try await Sandbox.make()
    try await withFaultyServer { server in
      let status: JSON = ["kind": "Status", "code": .int(code), "message": .string(message)]
      try await server.inject(.answer(code, match: "PATCH", times: 2, body: status))
      let applied = try await server.cluster(JumpingClock())
        .apply(box.configMap("passing"), .configMaps, ApplyOptions())
      #expect(applied.uid != nil)
      #expect(try await server.requests("PATCH").count == 3)
    }
  }

  @Test("An error that stays is not tried again", arguments: [400, 403, 422, 500])
  func staying(code: Int) async throws {
    let box = try await Sandbox.make()
    try await withFaultyServer { server in
      let status: JSON = ["kind": "Status", "code": .int(code), "reason": "Whatever", "message": "no"]
      try await server.inject(.answer(code, match: "PATCH", body: status))
      let cluster = try server.cluster(JumpingClock())
      await #expect(throws: KubernetesError.self) {
        try await cluster.apply(box.configMap("staying"), .configMaps, ApplyOptions())
      }
      #expect(try await server.requests("PATCH").count == 1)
    }
  }

  @Test("A cut connection is made again for everything that can be done twice", arguments: ["before", "after"])
  func cut(when: String) async throws {
    let box = try await Sandbox.make()
    try await withFaultyServer { server in
      let cluster = try server.cluster(JumpingClock())
      _ = try await cluster.version()
      try await server.inject(
        .cut(when, match: "PATCH"), .cut(when, match: "GET /api/v1/namespaces"), .cut(when, match: "DELETE"))
      _ = try await cluster.apply(box.configMap("cut"), .configMaps, ApplyOptions())
      #expect(try await cluster.get(.configMaps, namespace: box.namespace, name: "cut") != nil)
      #expect(
        try await cluster.delete(.configMaps, namespace: box.namespace, name: "cut", DeleteOptions())
          == (when == "before"))
      #expect(try await cluster.get(.configMaps, namespace: box.namespace, name: "cut") == nil)
    }
  }

  @Test("A creation is not sent twice when nobody knows whether it arrived")
  func creation() async throws {
    let box = try await Sandbox.make()
    try await withFaultyServer { server in
      let cluster = try server.cluster(JumpingClock())
      _ = try await cluster.version()
      try await server.inject(.cut("after", match: "POST"))
      var object = box.configMap("x")
      object.json[path: "metadata", "name"] = nil
      object.json[path: "metadata", "generateName"] = "x-"
      await #expect(throws: KubernetesError.self) {
        _ = try await cluster.create(object, .configMaps, dryRun: false)
      }
      let list = try await cluster.list(.configMaps, namespace: box.namespace, ListOptions())
      #expect(list.items.filter { $0.name.hasPrefix("x-") }.count == 1)
    }
  }

  @Test("Tries end with the policy, with the last error")
  func bounded() async throws {
    let box = try await Sandbox.make()
    try await withFaultyServer { server in
      try await server.inject(.answer(503, match: "GET /api/v1/namespaces", times: 1000, body: ["kind": "Status"]))
      let clock = JumpingClock()
      let cluster = try server.cluster(clock, retries: RetryPolicy(attempts: 100, total: .seconds(20)))
      let error = await #expect(throws: KubernetesError.self) {
        try await cluster.get(.configMaps, namespace: box.namespace, name: "x")
      }
      guard case .status(let failure) = error else {
        Issue.record("expected a status, got \(String(describing: error))")
        return
      }
      #expect(failure.code == 503)
      #expect(clock.now.offset <= .seconds(20))
      let few = try server.cluster(clock, retries: RetryPolicy(attempts: 4))
      let before = try await server.requests("GET").count
      await #expect(throws: KubernetesError.self) {
        try await few.get(.configMaps, namespace: box.namespace, name: "x")
      }
      #expect(try await server.requests("GET").count == before + 4)
    }
  }

  @Test("300 applies at once against a server that takes two at a time")
  func limited() async throws {
    var options = ControlPlane.Options.apiServerOnly
    options.maxMutatingRequestsInFlight = 2
    options.apiServerArguments = ["--feature-gates=APIPriorityAndFairness=false"]
    try await withControlPlane(options) { plane in
      let admin = try plane.cluster()
      // Administrators are not limited.
      let binding: JSON = [
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": ["name": "many"],
        "roleRef": ["apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"],
        "subjects": [["apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "many"]],
      ]
      _ = try await admin.apply(Object(binding), .clusterRoleBindings, ApplyOptions())
      let notices = Notices()
      let access = try ClusterAccess.load(kubeconfig: try await plane.addUser("many"), environment: [:])
      let cluster = Cluster(access, clock: ContinuousClock(), onRetry: { notices.add($0) })
      let box = Sandbox(plane: plane, cluster: cluster, namespace: try await Sandbox.make(on: plane).namespace)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for index in 0..<300 {
          group.addTask { _ = try await cluster.apply(box.configMap("c\(index)"), .configMaps, ApplyOptions()) }
        }
        try await group.waitForAll()
      }
      let list = try await cluster.list(.configMaps, namespace: box.namespace, ListOptions())
      #expect(list.items.filter { $0.name.hasPrefix("c") }.count == 300)
      #expect(!notices.all.isEmpty, "the server was expected to refuse some")
      #expect(notices.all.allSatisfy { $0.reason.contains("429") })
    }
  }
}
