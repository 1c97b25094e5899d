import Blueprint
import JSON
import Kubernetes

/// One attempt to bring one release to where the file wants it.
struct ReleaseAttempt: Sendable {
  let session: Session
  let rendered: RenderedRelease
  /// How long the attempt may take, from its start.
  let timeout: Duration
  private let started: Stopwatch

  init(session: Session, rendered: RenderedRelease) {
    self.session = session
    self.rendered = rendered
    timeout = rendered.release.timeout ?? Release.defaultTimeout
    started = Stopwatch(session.clock)
  }

  var release: Release { rendered.release }
  /// What is left of the time.
  var remaining: Duration { max(.zero, timeout - started.elapsed) }

  /// - Returns: once everything is applied, ready and tidied up; at once where nothing has to be done.
  func run() async throws {
    let assessment = try await session.assess(rendered, confirm: false)
    let failedJobs = assessment.items.filter { $0.desired.isJob && Self.hasFailed($0.standing.live) }
    let namespace = try await session.namespaceChange(for: rendered)
    if assessment.isUnchanged, failedJobs.isEmpty, namespace == nil {
      try await wait(for: assessment.items.compactMap(\.standing.live))
      return
    }
    try await session.lease.take()
    if let namespace { try await apply(namespace.desired, over: namespace.live) }

    var inventory = assessment.recorded ?? Inventory(cluster: assessment.wanted.cluster, release: release.name)
    let isNew = inventory.revision != rendered.revision
    inventory.kinds.formUnion(assessment.wanted.kinds)
    inventory.namespaces.formUnion(assessment.wanted.namespaces)
    try await session.write(inventory)

    let isUpgrade = assessment.recorded?.revision != nil
    if isNew { try await hooks(at: isUpgrade ? .preUpgrade : .preInstall) }
    var applied = try await apply(assessment.items)
    for job in failedJobs where applied[job.desired.id].map({ Self.hasFailed($0) }) ?? true {
      guard let resource = await session.resource(job.desired.gvk) else { continue }
      applied[job.desired.id] = try await session.replace(
        job.desired, resource, release: release, reason: "it had ended without success")
    }
    try await prune(assessment.surplus)
    try await wait(for: Array(applied.values))
    if isNew { try await hooks(at: isUpgrade ? .postUpgrade : .postInstall) }

    var final = assessment.wanted
    // What had to be kept is still ours.
    for object in assessment.surplus where Prune.reasonToKeep(object, release: release) != nil {
      final.kinds.insert(object.gvk.groupKind)
      if let namespace = object.namespace { final.namespaces.insert(namespace) }
    }
    try await session.write(final)
    try await session.journal?.forgetHooks(of: release.name, cluster: session.blueprint.name)
  }

  static func hasFailed(_ job: Object?) -> Bool {
    job?.json[path: "status", "conditions"]?.array?.contains {
      $0["type"]?.string == "Failed" && $0["status"]?.string == "True"
    } ?? false
  }

  // MARK: Namespace

  /// Makes the namespace and sets its labels. It has a field manager of its own and belongs to no inventory:
  /// releases share namespaces, and none of them takes one away.
  private func apply(_ namespace: Object, over before: Object?) async throws {
    let options = ApplyOptions(fieldManager: Session.namespaceManager(of: release), force: true)
    let result = try await session.api.apply(namespace, .namespaces, options)
    await session.live.note(result, result.id)
    await session.emit(.changed(release: release.name, result.id, before == nil ? .created : .updated))
  }

  // MARK: Objects

  private func apply(_ items: [Assessment.Item]) async throws -> [ObjectID: Object] {
    var result: [ObjectID: Object] = [:]
    var pending: [Assessment.Item] = []
    for item in items {
      switch item.standing {
      case .unchanged(let live): result[item.desired.id] = live
      case .spent: break
      default: pending.append(item)
      }
    }
    if !pending.isEmpty {
      await session.emit(
        .step(release: release.name, "applying \(pending.count) object\(pending.count == 1 ? "" : "s")"))
    }
    for wave in ApplyOrder.allCases {
      let wavePending = pending.filter { ApplyOrder.wave(of: $0.desired.gvk.groupKind) == wave }
      if wavePending.isEmpty { continue }
      let applied = try await concurrently(wavePending, limit: 32) { item -> Object in
        if await session.stop.isStopped { throw RolloutError.stopped }
        let resource = try await served(item.desired)
        var known = item.standing.live
        if item.standing == .unknownKind { known = try await session.live.objects(of: resource)[item.desired.id] }
        let ours = known.flatMap { $0.label(Inventory.releaseLabel) == nil ? nil : $0 }
        return try await rejecting(item.desired.id) {
          try await session.apply(item.desired, resource, release: release, live: ours)
        }
      }
      for object in applied { result[object.id] = object }
      if wave == .definitions {
        // For these alone: what `waitFor` names may be among those that come after them.
        try await waiter.wait(for: applied, members: inventoryID)
        try await session.refreshDiscovery()
      }
    }
    return result
  }

  /// The resource of an object's kind. A kind that is not served yet is waited for: its definition may be
  /// another release's, or be made by a controller.
  private func served(_ object: Object) async throws -> Resource {
    let backoff = Backoff(base: .milliseconds(200), limit: .seconds(5))
    var attempt = 0
    while true {
      if let resource = await session.resource(object.gvk) { return resource }
      let blocker = Blocker("KindNotServed", "the server does not serve \(object.gvk) yet", object: object.id)
      if remaining == .zero { throw RolloutError.notReady([blocker], after: timeout) }
      if await session.stop.isStopped { throw RolloutError.stopped }
      if attempt > 0 { await session.emit(.waiting(release: release.name, [blocker])) }
      attempt += 1
      let delay = backoff.delay(after: attempt, random: session.environment.random())
      try await session.clock.sleep(for: min(delay, remaining))
      try await session.refreshDiscovery()
    }
  }

  // MARK: Prune

  private func prune(_ surplus: [Object]) async throws {
    for object in surplus {
      if await session.stop.isStopped { throw RolloutError.stopped }
      if let reason = Prune.reasonToKeep(object, release: release) {
        await session.emit(.changed(release: release.name, object.id, .kept(reason: reason)))
        continue
      }
      guard let resource = await session.discovery.resource(object.gvk.groupKind) else { continue }
      if try await Prune.delete(
        object, resource, inventory: Inventory(cluster: session.blueprint.name, release: release.name), session)
      {
        await session.emit(.changed(release: release.name, object.id, .pruned))
      }
    }
  }

  // MARK: Readiness

  func wait(for objects: [Object]) async throws {
    try await waiter.wait(for: objects, members: inventoryID)
    try await waiter.wait(for: release.waitFor, namespace: release.namespace.name)
  }

  private var inventoryID: String { Inventory(cluster: session.blueprint.name, release: release.name).id }

  /// Waits as long as this attempt may still take.
  var waiter: ReadinessWaiter {
    ReadinessWaiter(session: session, timeout: remaining) { [session, release] blockers in
      await session.emit(.waiting(release: release.name, blockers))
    }
  }
}
