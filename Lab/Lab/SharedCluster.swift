/// One control plane with hollow nodes for a whole test process, started by the first test that asks for it.
///
/// Tests keep out of each other's way by namespaces and names. What only one may do at a time (a roll-out holds
/// the cluster's lease) goes through `exclusively`.
public actor SharedCluster {
  public static let shared = SharedCluster()

  private var starting: Task<ControlPlane, any Error>?
  private var isTaken = false
  private var waiters: [CheckedContinuation<Void, Never>] = []

  public func controlPlane() async throws -> ControlPlane {
    if let starting { return try await starting.value }
    // Belongs to the process, not to the test that happens to be first.
    let task = Task {
      let controlPlane = try await ControlPlane.start()
      try await Self.populate(controlPlane)
      return controlPlane
    }
    starting = task
    return try await task.value
  }

  /// Runs a body while nobody else is in here.
  public func exclusively<R: Sendable>(
    _ body: @Sendable (ControlPlane) async throws -> R
  ) async throws -> R {
    let controlPlane = try await controlPlane()
    while isTaken { await withCheckedContinuation { waiters.append($0) } }
    isTaken = true
    defer {
      isTaken = false
      if !waiters.isEmpty { waiters.removeFirst().resume() }
    }
    return try await body(controlPlane)
  }
}

extension SharedCluster {
  /// Hollow nodes for the length of the process.
  private static func populate(_ controlPlane: ControlPlane) async throws {
    let api = try controlPlane.client()
    let (started, start) = AsyncStream.makeStream(of: Void.self)
    let nodes = HollowNodes(api)
    Task {
      try await nodes.run { start.finish() }
    }
    for await _ in started {}
  }
}
