public import Blueprint
public import Kubernetes

/// Takes releases out of a cluster: what their inventories own, dependents first.
public struct Delete: Sendable {
  public struct Options: Sendable {
    /// Also deletes claims, volumes, definitions and namespaces that the releases own, and with them their data.
    public var includingData: Bool
    public init(includingData: Bool = false) { self.includingData = includingData }
  }

  let blueprint: Blueprint
  let environment: Environment
  let options: Options
  let journal: Journal?
  let stop: StopSignal
  let sink: @Sendable (Event) async -> Void

  public init(
    _ blueprint: Blueprint, in environment: Environment, options: Options = Options(), journal: Journal? = nil,
    stop: StopSignal = StopSignal(), sink: @escaping @Sendable (Event) async -> Void = { _ in }
  ) {
    self.blueprint = blueprint
    self.environment = environment
    self.options = options
    self.journal = journal
    self.stop = stop
    self.sink = sink
  }

  /// What is deleted and what stays, per release.
  public struct Preview: Sendable {
    public var release: String
    public var deleted: [ObjectID]
    public var kept: [(object: ObjectID, reason: String)]
    /// Deployed releases that need this one and are not deleted with it.
    public var dependents: [String]
  }

  /// Looks at what a deletion would do.
  /// - Parameter names: empty: every release in the cluster.
  public func preview(_ names: [String]) async throws -> [Preview] {
    let session = try await makeSession(journal: nil)
    var result: [Preview] = []
    let chosen = try await order(names, session)
    for name in chosen {
      var preview = Preview(release: name, deleted: [], kept: [], dependents: [])
      for object in try await session.members(of: name) {
        if let reason = reasonToKeep(object) {
          preview.kept.append((object.id, reason))
        } else {
          preview.deleted.append(object.id)
        }
      }
      for dependent in ReleaseGraph(blueprint).allDependents(of: name) where !chosen.contains(dependent) {
        if await session.inventory(of: dependent) != nil { preview.dependents.append(dependent) }
      }
      result.append(preview)
    }
    return result
  }

  /// Deletes releases. What stays is still listed in the inventory, so that a later deploy takes it up again.
  public func run(_ names: [String]) async throws -> Event.Outcome {
    let started = Stopwatch(environment.clock)
    let session = try await makeSession(journal: journal)
    let chosen = try await order(names, session)
    try await session.lease.take()
    _ = try await journal?.begin(
      session.run, cluster: blueprint.name, holder: environment.holder, at: environment.now())
    await session.emit(.planned(run: session.run, layers: [.init(name: "delete", releases: chosen)]))
    do {
      var outcome = try await session.lease.whileKept { try await deleteAll(chosen, session) }
      await session.lease.release()
      outcome.changes = await session.changes
      outcome.elapsed = started.elapsed
      try await journal?.end(
        session.run, outcome: outcome.isSuccess ? "deleted" : "incomplete", at: environment.now())
      await session.emit(.finished(outcome))
      return outcome
    } catch {
      await session.lease.release()
      try? await journal?.end(session.run, outcome: "\(error)", at: environment.now())
      throw error
    }
  }

  private func deleteAll(_ names: [String], _ session: Session) async throws -> Event.Outcome {
    var outcome = Event.Outcome()
    for name in names {
      if await stop.isStopped {
        outcome.stopped.append(name)
        await session.emit(.releaseStopped(name))
        continue
      }
      let begun = Stopwatch(environment.clock)
      await session.emit(.releaseStarted(name, attempt: 1))
      do {
        try await delete(name, session)
        outcome.ready.append(name)
        let changes = await session.changes(of: name)
        await session.emit(.releaseReady(name, changes: changes, elapsed: begun.elapsed))
      } catch RolloutError.stopped {
        outcome.stopped.append(name)
        await session.emit(.releaseStopped(name))
      } catch is CancellationError {
        throw CancellationError()
      } catch {
        outcome.failed.append(name)
        await session.emit(.releaseFailed(name, reason: describe(error)))
      }
    }
    return outcome
  }

  private func makeSession(journal: Journal?) async throws -> Session {
    let lease = RunLease(environment: environment)
    try await lease.check()
    return try await Session(
      environment: environment, blueprint: blueprint, journal: journal, run: environment.runName(), stop: stop,
      lease: lease, sink: sink)
  }

  /// Dependents before what they depend on; releases that are no longer in the file first.
  private func order(_ names: [String], _ session: Session) async throws -> [String] {
    let graph = ReleaseGraph(blueprint)
    let known = await session.orphans() + graph.layers.joined().reversed()
    for name in names where !known.contains(name) { throw RolloutError.unknownRelease(name) }
    var result: [String] = []
    for name in known where names.isEmpty || names.contains(name) {
      if await session.inventory(of: name) != nil { result.append(name) }
    }
    return result
  }

  private func reasonToKeep(_ object: Object) -> String? {
    if let reason = Prune.policyToKeep(object) { return reason }
    if options.includingData { return nil }
    return Prune.reasonToKeep(object, release: nil).map { _ in
      "deleting it can lose data; --include-data deletes it too"
    }
  }

  private func delete(_ name: String, _ session: Session) async throws {
    guard var inventory = await session.inventory(of: name) else { return }
    // From here on the release counts as not deployed, also when this run is cut off.
    inventory.revision = nil
    try await session.write(inventory)
    let hooks = try await hooks(of: name, session)
    try await hooks?.hooks(at: .preDelete)
    let members = try await session.members(of: name)
    let kept = members.filter { reasonToKeep($0) != nil }
    for object in kept {
      await session.emit(.changed(release: name, object.id, .kept(reason: reasonToKeep(object) ?? "")))
    }
    for wave in ApplyOrder.allCases.reversed() {
      let going = members.filter {
        ApplyOrder.wave(of: $0.gvk.groupKind) == wave && reasonToKeep($0) == nil
      }
      _ = try await concurrently(going, limit: 16) { object in
        if await stop.isStopped { throw RolloutError.stopped }
        guard let resource = await session.resource(object.gvk.groupKind) else { return }
        try await session.delete(object, resource, propagation: .foreground)
        await session.emit(.changed(release: name, object.id, .pruned))
      }
    }
    try await hooks?.hooks(at: .postDelete)
    if kept.isEmpty {
      let parent = inventory.object
      try await session.api.delete(.configMaps, namespace: parent.namespace, name: parent.name, DeleteOptions())
      await session.forgetInventory(of: name)
    } else {
      inventory.kinds = Set(kept.map(\.gvk.groupKind))
      inventory.namespaces = Set(kept.compactMap(\.namespace))
      try await session.write(inventory)
    }
  }

  /// The chart's delete hooks; `nil` where the release has none or is no longer in the file.
  private func hooks(of name: String, _ session: Session) async throws -> ReleaseAttempt? {
    guard let release = blueprint.release(name), case .chart = release.source else { return nil }
    let rendered = try await Renderer(session: session, writesLock: false).render(release, isUpgrade: true)
    guard rendered.hooks.contains(where: { $0.moments.contains(.preDelete) || $0.moments.contains(.postDelete) }) else {
      return nil
    }
    return ReleaseAttempt(session: session, rendered: rendered)
  }
}
