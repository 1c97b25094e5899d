import Blueprint
import JSON
import Kubernetes

/// Waits until objects are ready, by watching them; says what stands in the way whenever that changes.
struct ReadinessWaiter: Sendable {
  let session: Session
  let timeout: Duration
  let onWaiting: @Sendable ([Blocker]) async -> Void

  /// What is awaited, and how it is watched.
  private struct Awaited: Sendable {
    var id: ObjectID
    var resource: Resource
    /// `nil`: not seen, or gone.
    var object: Object?
    /// Done at the end of its work (hooks), not when it runs.
    var untilDone = false

    func verdict(in context: StatusContext) -> Readiness {
      guard let object else { return .progressing(Blocker("NotFound", "\(id) does not exist yet", object: id)) }
      guard untilDone, object.kind == "Pod" else { return object.readiness(in: context) }
      switch object.json[path: "status", "phase"]?.string {
      case "Succeeded": return .ready
      case "Failed":
        return .failed(object.readiness(in: context).blocker ?? Blocker("Failed", "the pod failed", object: id))
      default: return .progressing(Blocker("Running", "the pod has not ended yet", object: id))
      }
    }
  }

  private struct Source: Hashable, Sendable {
    var resource: Resource
    var namespace: String?
    var labelSelector: String?
    var fieldSelector: String?
  }

  private enum News: Sendable {
    case observed(Source, Observation)
    /// A watch that cannot go on: the kind is gone, access is denied.
    case broken(any Error)
    case stopped
    case timedOut
    /// Time to say what is in the way.
    case tell
  }

  /// Waits for objects of one inventory.
  /// - Parameter members: the ApplySet's id, which their watch selects.
  func wait(for objects: [Object], members: String) async throws {
    var awaited: [ObjectID: Awaited] = [:]
    var sources: [Source: Set<ObjectID>] = [:]
    for object in objects {
      guard let resource = await session.resource(object.gvk) else { continue }
      awaited[object.id] = Awaited(id: object.id, resource: resource, object: object)
      // A definition may be another release's; it is awaited all the same.
      let isMember = object.label(Inventory.partOf) == members
      let source =
        isMember
        ? Source(resource: resource, labelSelector: "\(Inventory.partOf)=\(members)")
        : Source(resource: resource, namespace: object.namespace, fieldSelector: "metadata.name=\(object.name)")
      sources[source, default: []].insert(object.id)
    }
    try await wait(awaited, sources)
  }

  /// Waits for a hook's Job or Pod to end well.
  func waitUntilDone(_ object: Object, _ resource: Resource) async throws {
    let source = Source(
      resource: resource, namespace: object.namespace, fieldSelector: "metadata.name=\(object.name)")
    try await wait(
      [object.id: Awaited(id: object.id, resource: resource, object: object, untilDone: true)], [source: [object.id]])
  }

  /// Waits for what `waitFor` names; an object that does not exist yet is waited for as well.
  /// - Parameter namespace: for targets that name none.
  func wait(for targets: [WaitTarget], namespace: String?) async throws {
    if targets.isEmpty { return }
    var awaited: [ObjectID: Awaited] = [:]
    var sources: [Source: Set<ObjectID>] = [:]
    for target in targets {
      let resource = try await resource(of: target)
      let place = resource.isNamespaced ? target.namespace ?? namespace ?? "default" : nil
      let id = ObjectID(resource.gvk.groupKind, namespace: place, name: target.name)
      let object = try await session.api.get(resource, namespace: place, name: target.name)
      awaited[id] = Awaited(id: id, resource: resource, object: object?.typed(as: resource.gvk))
      let source = Source(resource: resource, namespace: place, fieldSelector: "metadata.name=\(target.name)")
      sources[source, default: []].insert(id)
    }
    try await wait(awaited, sources)
  }

  private func resource(of target: WaitTarget) async throws -> Resource {
    let backoff = Backoff(base: .milliseconds(200), limit: .seconds(5))
    var waited = Duration.zero
    var attempt = 0
    while true {
      if let resource = await session.discovery.resource(named: target.resource) { return resource }
      if waited >= timeout { throw RolloutError.unknownKind(target.resource) }
      if await session.stop.isStopped { throw RolloutError.stopped }
      await onWaiting([Blocker("KindNotServed", "the server does not serve '\(target.resource)' yet")])
      attempt += 1
      let delay = backoff.delay(after: attempt, random: session.environment.random())
      try await session.clock.sleep(for: delay)
      waited += delay
      try await session.refreshDiscovery()
    }
  }

  // MARK: The wait itself

  /// What is known about everything awaited. Only what a change can have touched is judged anew.
  private struct Verdicts {
    private(set) var open: [ObjectID: Blocker] = [:]
    private var failed: [ObjectID: Blocker] = [:]

    mutating func judge(_ item: Awaited, _ context: StatusContext) {
      open[item.id] = nil
      failed[item.id] = nil
      switch item.verdict(in: context) {
      case .ready: break
      case .progressing(let blocker): open[item.id] = blocker.about(item.id)
      case .failed(let blocker): failed[item.id] = blocker.about(item.id)
      case .terminating: open[item.id] = Blocker("Terminating", "it is being deleted", object: item.id)
      }
    }

    /// In the order of the objects.
    var blockers: [Blocker] { open.sorted { $0.key < $1.key }.map(\.value) }

    func refuseFailures() throws {
      if failed.isEmpty { return }
      throw RolloutError.failed(failed.sorted { $0.key < $1.key }.map(\.value))
    }
  }

  private func wait(_ start: [ObjectID: Awaited], _ sources: [Source: Set<ObjectID>]) async throws {
    var awaited = start
    var context = try await session.statusContext(for: awaited.values.map { ($0.object, $0.resource) })
    var verdicts = Verdicts()
    for item in awaited.values { verdicts.judge(item, context) }
    try verdicts.refuseFailures()
    if verdicts.open.isEmpty { return }
    let unready = Set(verdicts.open.keys)
    let watched = sources.filter { !$0.value.isDisjoint(with: unready) }.map(\.key)
    let namespaces = Set(unready.filter { Self.runsPods($0.groupKind) }.compactMap(\.namespace))
    let pods = namespaces.map { Source(resource: .pods, namespace: $0) }
    let events = namespaces.map {
      Source(resource: .events, namespace: $0, fieldSelector: Refusal.fieldSelector)
    }
    // A pod of a DaemonSet is not awaited on a machine that sleeps.
    let nodes = unready.contains { $0.groupKind == Self.daemonSet } ? [Source(resource: .nodes)] : []

    let (news, continuation) = AsyncStream.makeStream(of: News.self)
    try await withThrowingTaskGroup(of: Void.self) { group in
      defer { group.cancelAll() }
      for source in Set(watched + pods + events + nodes) {
        group.addTask { [session] in
          let options = ListOptions(labelSelector: source.labelSelector, fieldSelector: source.fieldSelector)
          let observations = session.api.observe(
            source.resource, namespace: source.namespace, options, clock: session.clock)
          do {
            for try await observation in observations { continuation.yield(.observed(source, observation)) }
          } catch {
            // Events only explain, and most nodes do not sleep: who may not read them waits all the same.
            if !events.contains(source), !nodes.contains(source) { continuation.yield(.broken(error)) }
          }
        }
      }
      group.addTask { [session] in
        await session.stop.wait()
        continuation.yield(.stopped)
      }
      group.addTask { [session, timeout] in
        guard (try? await session.clock.sleep(for: timeout)) != nil else { return }
        continuation.yield(.timedOut)
      }
      group.addTask { [session] in
        // Many objects change at once; people want to read.
        while (try? await session.clock.sleep(for: .milliseconds(200))) != nil { continuation.yield(.tell) }
      }

      var podsByNamespace: [String: [String: Object]] = [:]
      var eventsByNamespace: [String: [String: Object]] = [:]
      var nodesByName: [String: Object] = [:]
      var said: [Blocker] = []
      for await item in news {
        switch item {
        case .stopped: throw RolloutError.stopped
        case .timedOut: throw RolloutError.notReady(verdicts.blockers, after: timeout)
        case .broken(let error): throw error
        case .tell:
          let blockers = verdicts.blockers
          if blockers != said {
            said = blockers
            await onWaiting(blockers)
          }
        case .observed(let source, .interrupted(let reason)):
          let interruption = Blocker("Interrupted", "watch of \(source.resource.plural): \(reason)")
          await onWaiting(verdicts.blockers + [interruption])
        case .observed(let source, let observation):
          let arePods = pods.contains(source)
          if arePods || events.contains(source) {
            if arePods {
              observation.update(&podsByNamespace[source.namespace ?? "", default: [:]])
              context.pods = podsByNamespace.values.flatMap(\.values)
            } else {
              observation.update(&eventsByNamespace[source.namespace ?? "", default: [:]])
              context.refusals = StatusContext.refusals(in: eventsByNamespace.values.flatMap(\.values))
            }
            for id in verdicts.open.keys where Self.runsPods(id.groupKind) { verdicts.judge(awaited[id]!, context) }
          }
          if nodes.contains(source) {
            observation.update(&nodesByName)
            context.sleeping = StatusContext.sleeping(in: Array(nodesByName.values))
            for id in verdicts.open.keys where id.groupKind == Self.daemonSet { verdicts.judge(awaited[id]!, context) }
          }
          for (id, object) in observation.changes(of: sources[source] ?? [], source.resource.gvk) {
            awaited[id]?.object = object
            verdicts.judge(awaited[id]!, context)
            await session.live.note(object, id)
          }
          try verdicts.refuseFailures()
          if verdicts.open.isEmpty { return }
        }
      }
      // The stream never ends by itself: only a cancelled task gets here.
      throw CancellationError()
    }
  }

  private static let daemonSet = GroupKind("DaemonSet.apps")

  private static func runsPods(_ kind: GroupKind) -> Bool {
    kind.group == "apps" || kind.group == "batch"
      || ["Pod", "PersistentVolumeClaim", "ReplicationController"].contains(kind.description)
  }
}

extension Observation {
  /// Keeps a map by name up to date.
  fileprivate func update(_ objects: inout [String: Object]) {
    switch self {
    case .snapshot(let all): objects = Dictionary(all.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    case .changed(let object): objects[object.name] = object
    case .deleted(let object): objects[object.name] = nil
    case .interrupted: break
    }
  }
}
