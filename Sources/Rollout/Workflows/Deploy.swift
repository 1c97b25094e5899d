public import Blueprint
import Diagnostics
import Kubernetes

/// Brings a cluster to where its file wants it, and keeps going from wherever an earlier run was cut off.
public struct Deploy: Sendable {
  public struct Options: Sendable {
    /// Only these releases; empty: all.
    public var only: [String]
    /// Stops when this layer is healthy.
    public var until: String?
    /// Releases that run at the same time.
    public var concurrency: Int
    public init(only: [String] = [], until: String? = nil, concurrency: Int = 8) {
      self.only = only
      self.until = until
      self.concurrency = concurrency
    }
  }

  let environment: Environment
  let blueprint: Blueprint
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

  /// - Throws: `RolloutError.held` where another run is at work; a `KubernetesError` where the cluster is out of
  ///   reach. What happens to single releases is in the outcome.
  public func run() async throws -> Event.Outcome {
    let started = Stopwatch(environment.clock)
    let lease = RunLease(environment: environment)
    let graph = ReleaseGraph(blueprint)
    let selected = try graph.selection(only: options.only, until: options.until)
    let run = environment.runName()
    async let isFree: Void = lease.check()
    let session = try await Session(
      environment: environment, blueprint: blueprint, journal: journal, run: run, stop: stop, lease: lease, sink: sink)
    try await isFree
    if let journal {
      let interrupted = try await journal.begin(
        run, cluster: blueprint.name, holder: environment.holder, at: environment.now())
      if let interrupted {
        await session.emit(.resuming(run: interrupted.run, interrupted: interrupted.releases))
      }
    }
    await session.emit(.planned(run: run, layers: graph.outline(of: selected)))
    await warn(session, selected: selected, graph: graph)

    do {
      let (schedule, unhealthyLayer) = try await roll(session, Schedule(graph, selected: selected))
      var outcome = await outcome(of: schedule, session, elapsed: started.elapsed)
      outcome.unhealthyLayer = unhealthyLayer
      await lease.release()
      try await journal?.end(run, outcome: outcome.isSuccess ? "done" : "incomplete", at: environment.now())
      await session.emit(.finished(outcome))
      return outcome
    } catch {
      await lease.release()
      try? await journal?.end(run, outcome: "\(error)", at: environment.now())
      throw error
    }
  }

  private func warn(_ session: Session, selected: Set<String>, graph: ReleaseGraph) async {
    for edge in graph.dropped {
      let text = "'after: \(edge.to)' would close a cycle and is left out (line \(edge.span.line))"
      await session.emit(.warning(release: edge.from, text))
    }
    for name in await session.orphans() {
      await session.emit(
        .warning(release: name, "it is in the cluster but no longer in the file; 'croft delete \(name)' removes it"))
    }
    for name in graph.nodes where selected.contains(name) {
      for edge in graph.hard[name] ?? [] where !selected.contains(edge.to) {
        if await session.inventory(of: edge.to)?.revision == nil {
          await session.emit(.warning(release: name, "it depends on '\(edge.to)', which has not been deployed"))
        }
      }
    }
  }

  // MARK: The loop

  private enum Finished: Sendable {
    case release(String, Schedule.State)
    case layer(Bool)
    case stopped
    case leaseLost(String)
  }

  /// - Returns: how every release ended, and the layer whose waits did not come true.
  private func roll(_ session: Session, _ start: Schedule) async throws -> (Schedule, unhealthyLayer: String?) {
    let renderer = try await Renderer(session: session, writesLock: true)
    return try await withThrowingTaskGroup(of: Finished.self) { group in
      defer { group.cancelAll() }
      var schedule = start
      var running = 0
      var layerWaits = false
      var announced = -1
      group.addTask {
        await session.stop.wait()
        return .stopped
      }
      group.addTask {
        do { try await session.lease.keep() } catch let error as RolloutError { return .leaseLost("\(error)") }
        return .leaseLost("")
      }
      while true {
        if schedule.graph.hasDeclaredLayers, announced < schedule.openLayer,
          schedule.openLayer < schedule.graph.layers.count
        {
          announced = schedule.openLayer
          await session.emit(.layerStarted(schedule.graph.layerNames[announced]))
        }
        for name in schedule.startable.prefix(max(0, options.concurrency - running)) {
          schedule.start(name)
          running += 1
          group.addTask { .release(name, try await ReleaseRun(session: session, renderer: renderer, name: name).run()) }
        }
        if schedule.layerIsComplete, running == 0, !layerWaits {
          layerWaits = true
          let index = schedule.openLayer
          group.addTask { .layer(await waits(of: index, session)) }
        }
        if running == 0, !layerWaits, schedule.startable.isEmpty { return (schedule, nil) }

        switch try await group.next()! {
        case .release(let name, let state):
          running -= 1
          for blocked in schedule.end(name, state) {
            guard case .blocked(let culprits) = schedule.states[blocked] else { continue }
            await session.emit(.releaseBlocked(blocked, by: culprits))
          }
        case .layer(let isReady):
          layerWaits = false
          if isReady {
            await session.emit(.layerReady(schedule.graph.layerNames[schedule.openLayer]))
            schedule.openNextLayer()
          } else {
            for name in schedule.failLayer() {
              guard case .blocked(let culprits) = schedule.states[name] else { continue }
              await session.emit(.releaseBlocked(name, by: culprits))
            }
            return (schedule, schedule.graph.layerNames[schedule.openLayer])
          }
        case .stopped:
          for name in schedule.stop() { await session.emit(.releaseStopped(name)) }
          if layerWaits { return (schedule, schedule.graph.layerNames[schedule.openLayer]) }
        case .leaseLost(let reason):
          // Somebody else works on this cluster now: whatever is in flight must not go on.
          throw RolloutError.leaseLost(to: reason)
        }
      }
    }
  }

  /// Waits for what a layer declares; says `false` when it does not come true.
  private func waits(of index: Int, _ session: Session) async -> Bool {
    guard index < blueprint.layers.count else { return true }
    let layer = blueprint.layers[index]
    let waiter = ReadinessWaiter(session: session, timeout: Release.defaultTimeout) { blockers in
      await session.emit(.layerWaiting(layer.name, blockers))
    }
    let attempts = (layer.retries ?? 0) + 1
    for attempt in 1...attempts {
      do {
        try await waiter.wait(for: layer.waitFor, namespace: nil)
        return true
      } catch RolloutError.stopped {
        return false
      } catch {
        await session.emit(.warning(release: nil, "layer \(layer.name): \(describe(error))"))
        if attempt == attempts || Task.isCancelled { return false }
        let delay = Backoff().delay(after: attempt, random: environment.random())
        try? await environment.clock.sleep(for: delay)
      }
    }
    return false
  }

  private func outcome(of schedule: Schedule, _ session: Session, elapsed: Duration) async -> Event.Outcome {
    var outcome = Event.Outcome(changes: await session.changes, elapsed: elapsed)
    for name in schedule.graph.nodes {
      switch schedule.states[name]! {
      case .ready: outcome.ready.append(name)
      case .failed: outcome.failed.append(name)
      case .blocked: outcome.blocked.append(name)
      case .stopped, .waiting, .running: outcome.stopped.append(name)
      case .skipped: break
      }
    }
    return outcome
  }
}

extension ReleaseGraph {
  /// - Throws: `RolloutError.unknownRelease`, `.unknownLayer`.
  package func selection(only: [String], until: String?) throws -> Set<String> {
    for name in only where !nodes.contains(name) { throw RolloutError.unknownRelease(name) }
    var selected = only.isEmpty ? Set(nodes) : Set(only)
    if let until {
      guard let index = layerNames.firstIndex(of: until) else { throw RolloutError.unknownLayer(until) }
      selected.formIntersection(layers.prefix(index + 1).joined())
    }
    return selected
  }

  package func outline(of selected: Set<String>) -> [Event.LayerOutline] {
    zip(layerNames, layers).compactMap { name, releases in
      let releases = releases.filter { selected.contains($0) }
      return releases.isEmpty ? nil : Event.LayerOutline(name: name, releases: releases)
    }
  }
}

extension Renderer {
  init(session: Session, writesLock: Bool, connected: Bool = true) async throws {
    let environment = session.environment
    self.init(
      environment: environment, directory: session.blueprint.directory,
      charts: ChartCache(environment: environment, directory: session.blueprint.directory, writesLock: writesLock),
      version: session.version, discovery: await session.discovery, connected: connected)
  }
}
