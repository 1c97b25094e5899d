public import Kubernetes

/// Starts a control plane, hands it to `body`, and stops it whatever happens.
public func withControlPlane<R>(
  _ options: ControlPlane.Options = ControlPlane.Options(), _ body: (ControlPlane) async throws -> R
) async throws -> R {
  let plane = try await ControlPlane.start(options)
  do {
    let result = try await body(plane)
    await plane.stop()
    return result
  } catch {
    await plane.stop()
    throw error
  }
}

/// Starts a control plane with hollow nodes, hands both to `body`, and stops them whatever happens.
public func withHollowCluster<R: Sendable>(
  _ options: ControlPlane.Options = ControlPlane.Options(), nodes: HollowNodes.Options = HollowNodes.Options(),
  _ body: (ControlPlane, Cluster) async throws -> R
) async throws -> R {
  try await withControlPlane(options) { plane in
    let cluster = Cluster(plane.access, clock: ContinuousClock())
    return try await withHollowNodes(cluster, nodes) { try await body(plane, cluster) }
  }
}

extension ControlPlane {
  /// One control plane with three hollow nodes for every test of this process; it ends with the process.
  ///
  /// Tests share it by namespaces and names of their own, leave the nodes and the API server alone, and give custom
  /// resources that are to become ready the annotation `lab.croft.dev/ready-after`.
  public static var shared: ControlPlane {
    get async throws { try await sharedStart.value }
  }

  private static let sharedStart = Task { () throws -> ControlPlane in
    let plane = try await ControlPlane.start()
    var options = HollowNodes.Options()
    options.customResources = .annotated
    let nodes = HollowNodes(Cluster(plane.access, clock: ContinuousClock()), options)
    let (ready, tell) = AsyncStream.makeStream(of: Void.self)
    // For as long as the process lives: nobody waits for its end.
    Task {
      defer { tell.finish() }
      try await nodes.run { tell.yield() }
    }
    for await _ in ready { return plane }
    throw LabError.notReady("hollow nodes", reason: "they could not be registered", log: "")
  }
}
