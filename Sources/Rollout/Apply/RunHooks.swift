import Blueprint
import Kubernetes

extension ReleaseAttempt {
  /// Runs the hooks of one moment in Helm's order; each must succeed before the next.
  func hooks(at moment: Hook.Moment) async throws {
    let hooks = Hook.ordered(rendered.hooks, at: moment)
    do {
      try await runInOrder(hooks, at: moment)
    } catch {
      if !(error is CancellationError), await !session.stop.isStopped { try await tidyUp(hooks) }
      throw error
    }
    try await tidyUp(hooks)
  }

  /// Deletes, last first, what is to go when it has succeeded: only now, because a later hook may need an earlier
  /// one (its service account).
  private func tidyUp(_ hooks: [Hook]) async throws {
    for hook in hooks.reversed() where hook.deletePolicies.contains(.hookSucceeded) {
      guard let resource = await session.resource(hook.object.gvk) else { continue }
      let there = try await session.api.get(resource, namespace: hook.object.namespace, name: hook.object.name)
      guard let there, !ReleaseAttempt.hasFailed(there) else { continue }
      try await session.delete(there, resource)
    }
  }

  private func runInOrder(_ hooks: [Hook], at moment: Hook.Moment) async throws {
    let cluster = session.blueprint.name
    for hook in hooks {
      if await session.stop.isStopped { throw RolloutError.stopped }
      if try await session.journal?.hasFinished(hook, moment, cluster: cluster, rendered: rendered) == true {
        continue
      }
      await session.emit(.step(release: release.name, "running \(moment.rawValue) hook \(hook.object.id)"))
      try await run(hook)
      try await session.journal?.finishedHook(hook, moment, cluster: cluster, rendered: rendered)
    }
  }

  private func run(_ hook: Hook) async throws {
    let object = hook.object
    guard let resource = await session.resource(object.gvk) else { throw RolloutError.unknownKind("\(object.gvk)") }
    let existing = try await session.api.get(resource, namespace: object.namespace, name: object.name)
    if let existing {
      if hook.deletePolicies.contains(.beforeHookCreation) || Self.canRunAgainOnlyAnew(object) {
        try await session.delete(existing, resource)
      }
    }
    let created = try await rejecting(object.id) {
      try await session.api.apply(object, resource, ApplyOptions(force: true))
    }
    do {
      try await finish(created, resource)
    } catch {
      if hook.deletePolicies.contains(.hookFailed) { try await session.delete(created, resource) }
      throw error
    }
  }

  private static func canRunAgainOnlyAnew(_ object: Object) -> Bool { object.isJob || object.kind == "Pod" }

  /// Jobs and pods must complete; everything else is there as soon as it is made.
  private func finish(_ object: Object, _ resource: Resource) async throws {
    guard object.isJob || object.gvk.groupKind == GroupKind(group: "", kind: "Pod") else { return }
    do {
      try await waiter.waitUntilDone(object, resource)
    } catch RolloutError.failed(let blockers) {
      throw RolloutError.hook(object.id, reason: blockers.map(\.description).joined(separator: "; "))
    }
  }
}
