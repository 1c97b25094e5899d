public import Blueprint
public import Provision
public import Rollout

/// Brings a cluster up from bare machines: machines are prepared, Kubernetes is brought up on them, what the cluster file
/// deploys is rolled out, and the cluster handed over to its GitOps engine. One account of it all, and one journal.
///
/// Each part looks first and does only what is missing, so that a run that was cut off is gone on with by running again.
public struct Up: Sendable {
  /// How far it goes.
  public enum Goal: Sendable, Equatable {
    case nodes
    case kubernetes
    /// The releases up to the end of a layer.
    case layer(String)
    /// All releases.
    case layers
    /// All releases, and then the hand-over to the GitOps engine.
    case everything

    public var deploys: Bool { self != .nodes && self != .kubernetes }
    /// The layer that releases are rolled out up to; `nil`: all of them.
    public var lastLayer: String? { if case .layer(let name) = self { name } else { nil } }
  }

  let blueprint: Blueprint
  let machines: [Provisioning.Machine]
  let surveys: [String: Result<Provisioning.Survey, ProvisionError>]
  private let notes: [String]
  let provisioning: @Sendable (@escaping @Sendable (ProvisionEvent) -> Void) -> Provisioning
  let program: K3sProgram
  let goal: Goal
  let clock: any Clock<Duration>
  private let run: String
  /// Shows an event and writes it down.
  private let sink: @Sendable (Event) async -> Void
  /// Shows it alone.
  private let show: @Sendable (Event) async -> Void
  let journal: Journal?
  /// Seconds since 1970, for the journal.
  let now: @Sendable () -> Double
  /// Keeps the way into the cluster for later.
  let keep: @Sendable (K3sAccess) async throws -> Void
  /// What is left to be done when Kubernetes runs.
  let releases: UpReleases

  /// - Parameters:
  ///   - surveys: what was found on the machines just now.
  ///   - notes: what is said at the beginning, of machines that are left alone.
  ///   - provisioning: prepares machines, with the events that it is to emit.
  ///   - keep: takes the kubeconfig, before anything is deployed.
  ///   - releases: what follows then.
  public init(
    _ blueprint: Blueprint, machines: [Provisioning.Machine],
    surveys: [String: Result<Provisioning.Survey, ProvisionError>], notes: [String], program: K3sProgram, goal: Goal,
    clock: any Clock<Duration>, journal: Journal?, now: @escaping @Sendable () -> Double,
    provisioning: @escaping @Sendable (@escaping @Sendable (ProvisionEvent) -> Void) -> Provisioning,
    keep: @escaping @Sendable (K3sAccess) async throws -> Void,
    releases: UpReleases,
    sink: @escaping @Sendable (Event) async -> Void
  ) {
    self.blueprint = blueprint
    self.machines = machines
    self.surveys = surveys
    self.notes = notes
    self.program = program
    self.goal = goal
    self.clock = clock
    self.journal = journal
    self.now = now
    self.provisioning = provisioning
    self.keep = keep
    self.releases = releases
    let run = "up-\(Int(now()))-\(Holder.current.process)"
    self.run = run
    show = sink
    self.sink = { event in
      _ = await journal?.record(event, run: run, at: now())
      await sink(event)
    }
  }

  /// - Returns: how each part ended; a machine is `node/NAME`, and Kubernetes on it `k3s/NAME`.
  public func callAsFunction() async throws -> Event.Outcome {
    let stopwatch = Stopwatch(clock)
    let runsK3s = goal != .nodes
    var layers = [Event.LayerOutline(name: "nodes", releases: machines.map { Self.node($0.node.name) })]
    if runsK3s {
      layers.append(.init(name: "kubernetes", releases: k3sNodes.map { Self.k3s($0.name) }))
    }
    layers += try releases.outline(goal)
    await sink(.planned(run: run, layers: layers))
    for note in notes { await sink(.warning(release: nil, note)) }

    let interrupted = try await journal?.begin(run, cluster: blueprint.name, holder: .current, at: now())
    if let interrupted { await sink(.resuming(run: interrupted.run, interrupted: interrupted.releases)) }
    var outcome = Event.Outcome()
    var access: K3sAccess?
    do {
      let facts = await prepare(&outcome)
      if runsK3s { access = try await bringUp(facts, &outcome) }
      if let access { try await keep(access) }
      try await journal?.end(run, outcome: outcome.isSuccess ? "done" : "incomplete", at: now())
    } catch {
      try? await journal?.end(run, outcome: "\(error)", at: now())
      throw error
    }
    // These keep their own journal.
    try await releases.run(goal, &outcome, sink: show)
    outcome.elapsed = stopwatch.elapsed
    await sink(.finished(outcome))
    return outcome
  }

  static func node(_ name: String) -> String { "node/\(name)" }
  static func k3s(_ name: String) -> String { "k3s/\(name)" }

  private var k3sNodes: [NodeSpec] { machines.map(\.node).filter { blueprint.runsK3s(on: $0) } }

  // MARK: Machines

  /// Prepares those that lack something.
  /// - Returns: what is known of the machines that are ready now.
  private func prepare(_ outcome: inout Event.Outcome) async -> [String: HostFacts] {
    var facts: [String: HostFacts] = [:]
    var unready: [Provisioning.Machine] = []
    for machine in machines {
      let name = machine.node.name
      switch surveys[name] {
      case .success(let survey)?:
        if survey.plan.limited(to: NodeStage.preparation).isEmpty {
          facts[name] = survey.facts
          await sink(.releaseReady(Self.node(name), changes: 0, elapsed: .zero))
          outcome.ready.append(Self.node(name))
        } else {
          unready.append(machine)
        }
      case .failure(let error)?:
        await sink(.releaseFailed(Self.node(name), reason: "\(error)"))
        outcome.failed.append(Self.node(name))
      case nil: unready.append(machine)
      }
    }
    if unready.isEmpty { return facts }
    let (events, continuation) = AsyncStream.makeStream(of: ProvisionEvent.self)
    let provisioning = provisioning { continuation.yield($0) }
    async let shown: Void = follow(events)
    let results = await provisioning.apply(to: unready)
    continuation.finish()
    await shown
    var ready: [Provisioning.Machine] = []
    for machine in unready {
      let name = Self.node(machine.node.name)
      switch results[machine.node.name] {
      case .success(let changes)?:
        outcome.ready.append(name)
        outcome.changes += changes
        ready.append(machine)
      default: outcome.failed.append(name)
      }
    }
    // Packages and modules came: what k3s is to do is decided on what is there now.
    for (name, survey) in await provisioning.survey(ready) {
      if case .success(let survey) = survey { facts[name] = survey.facts }
    }
    return facts
  }

  private func follow(_ events: AsyncStream<ProvisionEvent>) async {
    for await event in events {
      let name = Self.node(event.node)
      switch event {
      case .planned(_, let plan):
        let count = plan.operations.count
        await sink(.step(release: name, count == 1 ? "1 operation" : "\(count) operations"))
      case .surveyed: await sink(.releaseStarted(name, attempt: 1))
      case .operationStarted(_, _, let title): await sink(.step(release: name, title))
      case .waiting(_, let what): await sink(.step(release: name, "waiting for \(what)"))
      case .restarting: await sink(.step(release: name, "restarting the machine"))
      case .restarted: await sink(.step(release: name, "it is back"))
      case .note(_, let text): await sink(.warning(release: name, text))
      case .ready(_, let changes, let elapsed): await sink(.releaseReady(name, changes: changes, elapsed: elapsed))
      case .stopped(_, let error): await sink(.releaseFailed(name, reason: "\(error)"))
      case .stageStarted, .stageDone, .operationDone: break
      }
    }
  }

  // MARK: Kubernetes

  /// - Returns: the way in, where every machine that is to be in the cluster is.
  private func bringUp(_ facts: [String: HostFacts], _ outcome: inout Event.Outcome) async throws -> K3sAccess? {
    let hosts = Dictionary(uniqueKeysWithValues: machines.map { ($0.node.name, $0.host) })
    let tally = Tally()
    let sink = sink
    let bringing = BringUpK3s(blueprint, hosts: hosts, program: program, clock: clock) { event in
      switch event {
      case .step(let node, let step):
        if await tally.begins(node) { await sink(.releaseStarted(Self.k3s(node), attempt: 1)) }
        await sink(.step(release: Self.k3s(node), "\(step)"))
      case .waiting(let node, let what, let reason):
        await sink(.step(release: Self.k3s(node), "waiting for \(what): \(reason)"))
      case .done(let node):
        await sink(.releaseReady(Self.k3s(node), changes: await tally.steps(of: node), elapsed: .zero))
        await tally.end(node)
      // Why it is not ready has been said.
      case .failed(let problem) where problem.node.map { facts[$0] == nil } == true: break
      case .failed(let problem):
        let node = problem.node ?? "cluster"
        await sink(.releaseFailed(Self.k3s(node), reason: "\(problem.reason); \(problem.fix)"))
        await tally.end(node)
      }
    }
    let problems = try await bringing.run(facts)
    let failed = Set(problems.map { $0.node ?? "cluster" })
    let culprits = culprits(problems, facts)
    for node in k3sNodes {
      let name = Self.k3s(node.name)
      outcome.changes += await tally.steps(of: node.name)
      if facts[node.name] == nil {
        await sink(.releaseBlocked(name, by: [Self.node(node.name)]))
        outcome.blocked.append(name)
      } else if failed.contains(node.name) {
        outcome.failed.append(name)
      } else if await tally.hasEnded(node.name) {
        outcome.ready.append(name)
      } else if failed.isEmpty || k3sPlan(blueprint, node, facts: facts).isEmpty {
        // Nothing was to be done there.
        await sink(.releaseReady(name, changes: 0, elapsed: .zero))
        outcome.ready.append(name)
      } else {
        await sink(.releaseBlocked(name, by: culprits))
        outcome.blocked.append(name)
      }
    }
    if failed.contains("cluster") { outcome.failed.append(Self.k3s("cluster")) }
    guard problems.isEmpty else { return nil }
    return try await K3sAccess(blueprint, hosts: hosts, facts: facts)
  }

  /// What machines wait for where nothing was begun on them: servers go first, and each for itself.
  private func culprits(_ problems: [K3sProblem], _ facts: [String: HostFacts]) -> [String] {
    let servers = Set(blueprint.servers.map(\.name))
    let first = problems.filter { $0.node.map(servers.contains) ?? true }
    return (first.isEmpty ? problems : first).map { problem in
      guard let node = problem.node else { return Self.k3s("cluster") }
      return facts[node] == nil ? Self.node(node) : Self.k3s(node)
    }
  }
}

/// What was done on each machine.
private actor Tally {
  private var counts: [String: Int] = [:]
  private var ended: Set<String> = []

  /// - Returns: whether it is the first step there.
  func begins(_ node: String) -> Bool {
    counts[node, default: 0] += 1
    return counts[node] == 1
  }

  func end(_ node: String) { ended.insert(node) }
  func steps(of node: String) -> Int { counts[node] ?? 0 }
  func hasEnded(_ node: String) -> Bool { ended.contains(node) }
}
