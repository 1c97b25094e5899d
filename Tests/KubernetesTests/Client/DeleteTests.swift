import JSON
import Kubernetes
import Lab
import Testing

@Suite("Deleting, scaling, evicting", .enabled(if: Lab.isAvailable), .timeLimit(.minutes(5)))
struct DeleteTests {
  @Test("A precondition that does not hold keeps the object and says so")
  func preconditions() async throws {
    let box = try await Sandbox.make()
    let object = try await box.cluster.apply(box.configMap("p"), .configMaps, ApplyOptions())
    for options in [DeleteOptions(uid: "8d1ae1fe-0000-0000-0000-000000000000"), DeleteOptions(resourceVersion: "1")] {
      let error = await #expect(throws: KubernetesError.self) {
        try await box.cluster.delete(.configMaps, namespace: box.namespace, name: "p", options)
      }
      guard case .status(let failure) = error else {
        Issue.record("expected a status, got \(String(describing: error))")
        return
      }
      #expect(failure.code == 409)
      #expect(failure.message.lowercased().contains("precondition"))
    }
    let right = DeleteOptions(uid: object.uid, resourceVersion: object.resourceVersion)
    #expect(try await box.cluster.delete(.configMaps, namespace: box.namespace, name: "p", right))
  }

  @Test("A dry run changes nothing")
  func dryRun() async throws {
    let box = try await Sandbox.make()
    let made = try await box.cluster.create(box.configMap("d", ["x": "1"]), .configMaps, dryRun: true)
    #expect(made.uid != nil)
    #expect(try await box.cluster.get(.configMaps, namespace: box.namespace, name: "d") == nil)
    let real = try await box.cluster.apply(box.configMap("d", ["x": "1"]), .configMaps, ApplyOptions())
    let applied = try await box.cluster.apply(
      box.configMap("d", ["x": "2"]), .configMaps, ApplyOptions(dryRun: true))
    #expect(applied.json[path: "data", "x"] == "2")
    _ = try await box.cluster.patch(
      .configMaps, namespace: box.namespace, name: "d", .merge(["data": ["x": "3"]]), subresource: nil, dryRun: true)
    #expect(
      try await box.cluster.delete(.configMaps, namespace: box.namespace, name: "d", DeleteOptions(dryRun: true)))
    #expect(try await box.cluster.get(.configMaps, namespace: box.namespace, name: "d") == real)
  }

  @Test("Scaling returns the count that was there, and writes nothing where it is right already")
  func scale() async throws {
    let box = try await Sandbox.make()
    let deployment: JSON = [
      "apiVersion": "apps/v1", "kind": "Deployment",
      "metadata": ["name": "web", "namespace": .string(box.namespace)],
      "spec": [
        "replicas": 2, "selector": ["matchLabels": ["app": "web"]],
        "template": [
          "metadata": ["labels": ["app": "web"]], "spec": ["containers": [["name": "web", "image": "web"]]],
        ],
      ],
    ]
    _ = try await box.cluster.apply(Object(deployment), .deployments, ApplyOptions())
    #expect(try await box.cluster.scale(.deployments, namespace: box.namespace, name: "web", to: 0) == 2)
    let scaled = try await box.cluster.get(.deployments, namespace: box.namespace, name: "web")
    #expect(scaled?.json[path: "spec", "replicas"] == 0)
    #expect(try await box.cluster.scale(.deployments, namespace: box.namespace, name: "web", to: 0) == 0)
    let same = try await box.cluster.get(.deployments, namespace: box.namespace, name: "web")
    #expect(same?.resourceVersion == scaled?.resourceVersion)
    await #expect(throws: KubernetesError.self) {
      try await box.cluster.scale(.deployments, namespace: box.namespace, name: "gone", to: 1)
    }
  }

  @Test("An eviction that a disruption budget forbids is refused at once with 429; without one the pod goes")
  func evict() async throws {
    let box = try await Sandbox.make()
    let discovery = try await box.cluster.discovery(refresh: false)
    let account: JSON = [
      "apiVersion": "v1", "kind": "ServiceAccount",
      "metadata": ["name": "default", "namespace": .string(box.namespace)],
    ]
    _ = try await box.cluster.apply(Object(account), try #require(discovery.resource(named: "sa")), ApplyOptions())
    let pod: JSON = [
      "apiVersion": "v1", "kind": "Pod",
      "metadata": ["name": "web-0", "namespace": .string(box.namespace), "labels": ["app": "web"]],
      "spec": ["automountServiceAccountToken": false, "containers": [["name": "web", "image": "web"]]],
    ]
    _ = try await box.cluster.apply(Object(pod), .pods, ApplyOptions())
    _ = try await box.cluster.patch(
      .pods, namespace: box.namespace, name: "web-0",
      .merge([
        "status": ["phase": "Running", "conditions": [["type": "Ready", "status": "True"]]]
      ]), subresource: "status", dryRun: false)
    let budgets = try #require(discovery.resource(named: "pdb"))
    let budget: JSON = [
      "apiVersion": .string(budgets.gvk.apiVersion), "kind": "PodDisruptionBudget",
      "metadata": ["name": "web", "namespace": .string(box.namespace)],
      "spec": ["minAvailable": 1, "selector": ["matchLabels": ["app": "web"]]],
    ]
    _ = try await box.cluster.apply(Object(budget), budgets, ApplyOptions())
    // There is no controller here that would count.
    _ = try await box.cluster.patch(
      budgets, namespace: box.namespace, name: "web",
      .merge([
        "status": [
          "observedGeneration": 1, "disruptionsAllowed": 0, "currentHealthy": 1, "desiredHealthy": 1, "expectedPods": 1,
        ]
      ]), subresource: "status", dryRun: false)

    let notices = Notices()
    let cluster = Cluster(try box.plane.access(), clock: ContinuousClock(), onRetry: { notices.add($0) })
    let error = await #expect(throws: KubernetesError.self) {
      try await cluster.evict(pod: "web-0", namespace: box.namespace, dryRun: false)
    }
    #expect(notices.all.isEmpty, "the budget's 429 is not to be waited for")
    guard case .status(let failure) = error else {
      Issue.record("expected a status, got \(String(describing: error))")
      return
    }
    #expect(failure.code == 429)
    #expect(failure.causes.map(\.reason) == ["DisruptionBudget"])
    #expect(failure.description.contains("The disruption budget web needs 1 healthy pods"))

    try await box.cluster.delete(budgets, namespace: box.namespace, name: "web", DeleteOptions())
    try await box.cluster.evict(pod: "web-0", namespace: box.namespace, dryRun: true)
    #expect(try await box.cluster.get(.pods, namespace: box.namespace, name: "web-0")?.isBeingDeleted == false)
    try await box.cluster.evict(pod: "web-0", namespace: box.namespace, dryRun: false)
    let after = try await box.cluster.get(.pods, namespace: box.namespace, name: "web-0")
    #expect(after == nil || after?.isBeingDeleted == true)
  }

  @Test("A name that would make it another request is refused", arguments: ["", ".", "..", "a/b", "a%2Fb"])
  func names(name: String) async throws {
    let box = try await Sandbox.make()
    _ = try await box.cluster.apply(box.configMap("stays"), .configMaps, ApplyOptions())
    await #expect {
      try await box.cluster.delete(.configMaps, namespace: box.namespace, name: name, DeleteOptions())
    } throws: { error in
      guard case KubernetesError.invalidRequest = error else { return false }
      return true
    }
    await #expect(throws: KubernetesError.self) {
      try await box.cluster.delete(.configMaps, namespace: nil, name: "stays", DeleteOptions())
    }
    #expect(try await box.cluster.get(.configMaps, namespace: box.namespace, name: "stays") != nil)
  }
}
