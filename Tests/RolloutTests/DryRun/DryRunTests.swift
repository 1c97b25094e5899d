import JSON
import Kubernetes
import Lab
import Testing

/// Every object that Croft makes itself, applied with dryRun=All to a real API server that holds the real definitions.
///
/// Server-side apply refuses fields that a schema does not know, of custom resources too.
@Suite(
  .enabled(if: Lab.isAvailable, "\(Lab.unavailable)"), .enabled(if: Definitions.isThere, "\(Definitions.comment)"),
  .timeLimit(.minutes(10)))
struct DryRunTests {
  /// Versions that the test's server, Kubernetes 1.20.2, does not serve yet, and those that it has instead. Fields that
  /// came after the older version are refused, and would have to be listed here.
  private static let newer: [String: (older: String, reason: String)] = [
    "policy/v1 PodDisruptionBudget": ("policy/v1beta1", "v1 came with 1.21, with the same fields"),
    "autoscaling/v2 HorizontalPodAutoscaler": ("autoscaling/v2beta2", "v2 came with 1.23, with the same fields"),
  ]

  /// Kinds whose makers' definitions are not among those in the folder.
  private static let undefined: [String: String] = [
    "Bundle.trust.cert-manager.io": "trust-manager", "Postgres.db.movetokube.com": "external-postgres-operator",
    "PostgresUser.db.movetokube.com": "external-postgres-operator",
  ]

  @Test func theServerTakesEveryObject() async throws {
    let found = try await GeneratedObject.all()
    #expect(found.count > 200)
    var options = ControlPlane.Options.apiServerOnly
    // Load balancers for TCP and UDP at once: in every server since 1.26, behind this gate before.
    options.apiServerArguments = ["--feature-gates=MixedProtocolLBService=true"]
    try await withControlPlane(options) { plane in
      let cluster = Cluster(plane.access, clock: ContinuousClock())
      let kinds = Set(found.map { Self.served($0.object).gvk.groupKind })
      let missing = try await define(kinds, in: cluster)
      // Both ways: what is listed for nothing goes from the list.
      #expect(missing == Set(Self.undefined.keys))
      let wanted = Set(found.map { Self.served($0.object).gvk }).filter { !missing.contains("\($0.groupKind)") }
      let discovery = try await serving(wanted, in: cluster)
      try await makeNamespaces(of: found, in: cluster, discovery)
      var unserved: Set<String> = []
      for one in found where !missing.contains("\(one.object.gvk.groupKind)") {
        if Self.newer["\(one.object.gvk)"] != nil { unserved.insert("\(one.object.gvk)") }
        try await apply(one, to: cluster, discovery)
      }
      #expect(unserved == Set(Self.newer.keys))
      try await mistakesAreRefused(by: cluster, discovery, like: found)
    }
  }

  /// The object in a version that the test's server has.
  private static func served(_ object: Object) -> Object {
    guard let older = newer["\(object.gvk)"]?.older else { return object }
    var object = object
    object.json["apiVersion"] = .string(older)
    return object
  }

  private func apply(_ one: GeneratedObject, to cluster: Cluster, _ discovery: Discovery) async throws {
    var object = Self.served(one.object)
    guard let resource = discovery.resource(object.gvk) else {
      Issue.record("\(one.place): \(object.gvk) \(object.name): the server does not serve this version")
      return
    }
    object.namespace = resource.isNamespaced ? object.namespace ?? "default" : nil
    do {
      _ = try await cluster.apply(object, resource, ApplyOptions(force: true, dryRun: true))
    } catch let error as KubernetesError {
      Issue.record("\(one.place): \(object.gvk) \(object.name): \(error)")
    }
  }

  /// What is wrong on purpose, of a built-in kind and of a custom one, so that the test is known to see it.
  private func mistakesAreRefused(
    by cluster: Cluster, _ discovery: Discovery, like found: [GeneratedObject]
  ) async throws {
    for kind in ["Deployment", "Certificate"] {
      var object = try #require(found.first { $0.object.kind == kind }?.object)
      object.json[path: "spec", "notAField"] = true
      let resource = try #require(discovery.resource(object.gvk))
      await #expect(throws: KubernetesError.self) {
        _ = try await cluster.apply(object, resource, ApplyOptions(force: true, dryRun: true))
      }
    }
  }

  // MARK: The server

  /// - Returns: kinds without a definition.
  private func define(_ kinds: Set<GroupKind>, in cluster: Cluster) async throws -> Set<String> {
    let discovery = try await cluster.discovery(refresh: true)
    let definitions = try Definitions.all()
    let resource = try #require(discovery.resource(GroupKind("CustomResourceDefinition.apiextensions.k8s.io")))
    var missing: Set<String> = []
    for kind in kinds.sorted() where discovery.resource(kind) == nil {
      if let definition = definitions[kind] {
        _ = try await cluster.create(definition, resource, dryRun: false)
      } else {
        missing.insert("\(kind)")
      }
    }
    return missing
  }

  /// As soon as the server serves all of them; whatever it serves after a minute.
  private func serving(_ kinds: Set<GroupVersionKind>, in cluster: Cluster) async throws -> Discovery {
    let clock = ContinuousClock()
    let end = clock.now + .seconds(60)
    while true {
      let discovery = try await cluster.discovery(refresh: true)
      if clock.now > end || kinds.allSatisfy({ discovery.resource($0) != nil }) { return discovery }
      try await clock.sleep(for: .milliseconds(200))
    }
  }

  private func makeNamespaces(
    of found: [GeneratedObject], in cluster: Cluster, _ discovery: Discovery
  ) async throws {
    let resource = try #require(discovery.resource(GroupKind("Namespace")))
    let there = try await cluster.list(resource, namespace: nil, ListOptions()).items.map(\.name)
    for name in Set(found.compactMap(\.object.namespace)).subtracting(there) {
      _ = try await cluster.create(
        Object(["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]]), resource,
        dryRun: false)
    }
  }
}
