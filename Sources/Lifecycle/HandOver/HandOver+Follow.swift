import Blueprint
import JSON
import Kubernetes
import Rollout

/// What the engine does with what it was given.
extension HandOver {
  private enum News: Sendable {
    case observed(GroupVersionKind, Observation)
    case broken(any Error)
    case timedOut
    /// Time to say what is in the way.
    case tell
  }

  /// Waits until every follower is at the commit and ready.
  func follow(
    _ followers: [Object], _ commit: String, _ resources: [GroupVersionKind: Resource]
  ) async throws {
    var context = StatusContext(now: Int(now()))
    for (gvk, resource) in resources {
      context.definitions[gvk.groupKind] = try await api.get(
        .definitions, namespace: nil, name: "\(resource.plural).\(gvk.group)")
    }
    let followed = FollowedCommit(gitops: gitops, commit: commit, context: context)
    var found: [ObjectID: Object] = [:]
    var open: [ObjectID: Blocker] = [:]
    for follower in followers {
      guard let resource = resources[follower.gvk] else { continue }
      let object = try await api.get(resource, namespace: follower.namespace, name: follower.name)
      found[follower.id] = object
      open[follower.id] = followed.blocker(of: follower.id, object)
    }
    if open.isEmpty { return }
    await sink(.waiting(release: name, Self.blockers(open)))
    await hurry(found.filter { open[$0.key] != nil }, followed, resources)

    let wanted = Set(followers.map(\.id))
    let sources = Set(followers.map { Followed(gvk: $0.gvk, namespace: $0.namespace) })
    let (news, continuation) = AsyncStream.makeStream(of: News.self)
    try await withThrowingTaskGroup(of: Void.self) { group in
      defer { group.cancelAll() }
      for source in sources {
        guard let resource = resources[source.gvk] else { continue }
        group.addTask {
          do {
            for try await observation in api.observe(resource, namespace: source.namespace, clock: clock) {
              continuation.yield(.observed(source.gvk, observation))
            }
          } catch { continuation.yield(.broken(error)) }
        }
      }
      group.addTask {
        guard (try? await clock.sleep(for: timeout)) != nil else { return }
        continuation.yield(.timedOut)
      }
      group.addTask {
        // Many objects change at once; people want to read.
        while (try? await clock.sleep(for: .milliseconds(500))) != nil { continuation.yield(.tell) }
      }
      var said = Self.blockers(open)
      for await item in news {
        switch item {
        case .broken(let error): throw error
        case .timedOut:
          throw HandOverProblem.notTakenOver(gitops.engine, Self.blockers(open), after: timeout)
        case .tell:
          let blockers = Self.blockers(open)
          if blockers != said { await sink(.waiting(release: name, blockers)) }
          said = blockers
        case .observed(let gvk, .interrupted(let reason)):
          let interruption = Blocker("Interrupted", "watch of \(gvk.kind): \(reason)")
          await sink(.waiting(release: name, Self.blockers(open) + [interruption]))
        case .observed(let gvk, let observation):
          for (id, object) in observation.changes(of: wanted.filter { $0.groupKind == gvk.groupKind }, gvk) {
            open[id] = followed.blocker(of: id, object)
          }
          if open.isEmpty { return }
        }
      }
      // The stream never ends by itself: only a cancelled task gets here.
      throw CancellationError()
    }
  }

  private struct Followed: Hashable, Sendable {
    var gvk: GroupVersionKind
    var namespace: String?
  }

  /// In the order of the objects.
  private static func blockers(_ open: [ObjectID: Blocker]) -> [Blocker] {
    open.sorted { $0.key < $1.key }.map(\.value)
  }

  /// Tells the engine to look at the repository now, and not only when its interval is over.
  private func hurry(
    _ objects: [ObjectID: Object], _ followed: FollowedCommit, _ resources: [GroupVersionKind: Resource]
  ) async {
    let late = objects.values.filter { followed.isBehind($0) && $0.kind != "Kustomization" }
    if late.isEmpty { return }
    await sink(.step(release: name, "telling \(gitops.engine.title) to look at the repository now"))
    let (annotation, value) =
      gitops.engine == .argocd
      ? ("argocd.argoproj.io/refresh", "normal") : ("reconcile.fluxcd.io/requestedAt", "\(Int(now()))")
    for object in late {
      guard let resource = resources[object.gvk] else { continue }
      // It looks by itself later: whoever may not tell it waits longer.
      _ = try? await api.patch(
        resource, namespace: object.namespace, name: object.name,
        .merge(["metadata": ["annotations": [annotation: .string(value)]]]), subresource: nil, dryRun: false)
    }
  }
}
