import JSON
import Kubernetes

/// Keeps two runs off one cluster, with a Lease (coordination.k8s.io) in `croft-system`.
///
/// It is looked at when a run starts and taken before the first write, so that a run that finds nothing to do
/// writes nothing at all. A holder on this machine whose process is gone has no claim any more.
actor RunLease {
  static let name = "croft"
  static let duration = 30

  private let environment: Environment
  /// The Lease as we last wrote it; `nil` while it is not ours.
  private var held: Object?
  private var taking = false
  private var waiters: [CheckedContinuation<Void, Never>] = []

  init(environment: Environment) { self.environment = environment }

  /// - Throws: `RolloutError.held` where another run is at work.
  func check() async throws { _ = try await free() }

  /// Takes the lease; does nothing where it is ours already.
  func take() async throws {
    while taking { await withCheckedContinuation { waiters.append($0) } }
    if held != nil { return }
    taking = true
    defer {
      taking = false
      for waiter in waiters { waiter.resume() }
      waiters = []
    }
    try await makeNamespace()
    let previous = try await free()
    do {
      if let previous {
        held = try await patch(previous, claim())
      } else {
        var lease: JSON = ["apiVersion": "coordination.k8s.io/v1", "kind": "Lease"]
        lease["metadata"] = ["name": .string(Self.name), "namespace": .string(Inventory.namespace)]
        lease["spec"] = claim()
        held = try await environment.api.create(Object(lease), .leases, dryRun: false)
      }
    } catch KubernetesError.status(let failure) where failure.code == 409 {
      _ = try await free()
      throw RolloutError.held(by: "a run that started at the same moment", since: "just now")
    }
  }

  /// Renews the lease until the task is cancelled.
  /// - Throws: `RolloutError.leaseLost` when somebody else holds it.
  func keep() async throws {
    while true {
      try await environment.clock.sleep(for: .seconds(Self.duration / 3))
      guard let current = held else { continue }
      do {
        held = try await patch(current, ["renewTime": .string(Timestamp.text(environment.now()))])
      } catch KubernetesError.status(let failure) where failure.code == 409 || failure.code == 404 {
        let now = try await environment.api.get(.leases, namespace: Inventory.namespace, name: Self.name)
        let holder = now?.json[path: "spec", "holderIdentity"]?.string
        guard holder == environment.holder.identity else {
          held = nil
          throw RolloutError.leaseLost(to: holder.map(Self.describe) ?? "somebody")
        }
        held = now
      } catch is KubernetesError {
        // Out of reach for now; the next renewal tells whether the lease is still ours.
      }
    }
  }

  /// Runs a body for as long as the lease stays ours.
  nonisolated func whileKept<Result: Sendable>(
    _ body: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    try await withThrowingTaskGroup(of: Result?.self) { group in
      defer { group.cancelAll() }
      group.addTask { try await body() }
      group.addTask {
        try await self.keep()
        return nil
      }
      while let result = try await group.next() { if let result { return result } }
      throw CancellationError()
    }
  }

  /// Gives the lease back. Best effort: it runs out by itself.
  func release() async {
    guard let current = held else { return }
    held = nil
    _ = try? await patch(current, ["holderIdentity": "", "renewTime": .string(Timestamp.text(environment.now()))])
  }

  /// The Lease object, free to be taken; `nil` where there is none yet.
  private func free() async throws -> Object? {
    guard let lease = try await environment.api.get(.leases, namespace: Inventory.namespace, name: Self.name) else {
      return nil
    }
    let identity = lease.json[path: "spec", "holderIdentity"]?.string ?? ""
    if identity.isEmpty || identity == environment.holder.identity { return lease }
    if let holder = Holder(identity: identity), holder.isGone { return lease }
    let renewed = lease.json[path: "spec", "renewTime"]?.string.flatMap(Timestamp.seconds) ?? 0
    let length = lease.json[path: "spec", "leaseDurationSeconds"]?.int ?? Self.duration
    if renewed + Double(length) < environment.now() { return lease }
    throw RolloutError.held(
      by: Self.describe(identity), since: lease.json[path: "spec", "acquireTime"]?.string ?? "an unknown time")
  }

  private static func describe(_ identity: String) -> String { Holder(identity: identity)?.description ?? identity }

  private func claim() -> JSON {
    let now = Timestamp.text(environment.now())
    return [
      "holderIdentity": .string(environment.holder.identity), "leaseDurationSeconds": .int(Self.duration),
      "acquireTime": .string(now), "renewTime": .string(now),
    ]
  }

  /// Changes the spec, but only of exactly the version we saw.
  private func patch(_ lease: Object, _ spec: JSON) async throws -> Object {
    let change: JSON = ["metadata": ["resourceVersion": lease.metadata["resourceVersion"] ?? .null], "spec": spec]
    return try await environment.api.patch(
      .leases, namespace: Inventory.namespace, name: Self.name, .merge(change), subresource: nil, dryRun: false)
  }

  private func makeNamespace() async throws {
    if try await environment.api.get(.namespaces, namespace: nil, name: Inventory.namespace) != nil { return }
    let namespace: JSON = ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(Inventory.namespace)]]
    _ = try await environment.api.apply(Object(namespace), .namespaces, ApplyOptions(force: true))
  }
}
