import Blueprint
import JSON
import Kubernetes

/// How one wanted object stands to what is in the cluster.
enum Standing: Sendable, Equatable {
  /// Nothing to do.
  case unchanged(Object)
  /// Ours, and different from what is wanted. `changes` is empty where nobody asked for them.
  case different(Object, [FieldChange])
  /// Not ours: absent, or made by something else.
  case absent
  /// Ours, but it did what it was for and has gone or ended (a Job with a time to live).
  case spent
  /// The server does not know the kind yet.
  case unknownKind

  var live: Object? {
    switch self {
    case .unchanged(let object), .different(let object, _): object
    default: nil
    }
  }
}

/// What a release would have to do.
struct Assessment: Sendable {
  struct Item: Sendable {
    var desired: Object
    var standing: Standing
  }
  var items: [Item]
  /// Owned, but no longer wanted.
  var surplus: [Object]
  /// What the inventory says now; `nil` before the first roll-out.
  var recorded: Inventory?
  /// What the inventory is to say at the end.
  var wanted: Inventory

  /// No object needs a write, and the roll-out of exactly this content came to its end before.
  var isUnchanged: Bool {
    recorded == wanted && surplus.isEmpty
      && items.allSatisfy {
        switch $0.standing {
        case .unchanged, .spent: true
        default: false
        }
      }
  }
}

extension Session {
  /// Compares a release with the cluster.
  /// - Parameter confirm: asks the server about every object that looks different here; otherwise only where the
  ///   release's content has not changed since its last roll-out, so that only real drift is repaired.
  func assess(_ rendered: RenderedRelease, confirm: Bool) async throws -> Assessment {
    let release = rendered.release
    let recorded = inventory(of: release.name)
    var wanted = Inventory(cluster: blueprint.name, release: release.name, revision: rendered.revision)
    var items: [Assessment.Item] = []
    let isRolledOut = recorded?.revision == rendered.revision
    for object in rendered.objects {
      let object = wanted.labelled(adapted(object))
      wanted.kinds.insert(object.gvk.groupKind)
      if let namespace = object.namespace, namespace != Inventory.namespace { wanted.namespaces.insert(namespace) }
      items.append(.init(desired: object, standing: .unknownKind))
    }
    // One list per kind, all at the same time.
    let resources = Set(items.map(\.desired.gvk)).compactMap { resource($0) }
    let lists = Dictionary(
      uniqueKeysWithValues: try await concurrently(resources, limit: 16) { [live] in
        ($0.gvk, try await live.objects(of: $0))
      })
    var ids: Set<ObjectID> = []
    for index in items.indices {
      let desired = items[index].desired
      let id = desired.id
      ids.insert(id)
      guard let list = lists[desired.gvk] else { continue }
      let found = list[id]
      guard let found, !found.isBeingDeleted, found.label(Inventory.releaseLabel) != nil else {
        let spent = isRolledOut && desired.isJob && desired.json[path: "spec", "ttlSecondsAfterFinished"] != nil
        items[index].standing = spent ? .spent : .absent
        continue
      }
      if let owner = otherOwner(of: found, than: release.name) {
        // Charts that are used twice bring their definitions twice: the first release keeps them.
        guard desired.isDefinition else { throw RolloutError.owned(id, by: owner) }
        items[index].standing = .unchanged(found)
        continue
      }
      items[index].standing = Compare.isSame(desired, found) ? .unchanged(found) : .different(found, [])
    }
    if confirm || isRolledOut { try await confirmDifferences(&items) }
    let surplus = try await members(of: release.name, except: ids).filter { !$0.isBeingDeleted }
    return Assessment(items: items, surplus: surplus, recorded: recorded, wanted: wanted)
  }

  /// Asks the server what it would make of each object that looks different here (defaults, quantities, order).
  private func confirmDifferences(_ items: inout [Assessment.Item]) async throws {
    let suspects = items.indices.filter { if case .different = items[$0].standing { true } else { false } }
    let answers = try await concurrently(suspects, limit: 16) { [items, api] index -> (Int, Standing) in
      let desired = items[index].desired
      guard let found = items[index].standing.live, let resource = await self.resource(desired.gvk) else {
        return (index, .unknownKind)
      }
      do {
        let result = try await api.apply(desired, resource, ApplyOptions(force: true, dryRun: true))
        let changes = FieldChange.between(found, result)
        // Fields that we no longer set may be kept by another manager: then nothing changes but the ownership.
        return (index, changes.isEmpty ? .unchanged(found) : .different(found, changes))
      } catch KubernetesError.status(let failure) where failure.code == 422 {
        // An immutable field: certainly different.
        return (index, .different(found, FieldChange.between(found, Object(found.json.overlaid(with: desired.json)))))
      }
    }
    for (index, standing) in answers { items[index].standing = standing }
  }

  /// The object in a version of its kind that this server serves, where the two versions have the same fields.
  private func adapted(_ object: Object) -> Object {
    guard resource(object.gvk) == nil, let other = discovery.resource(object.gvk.groupKind),
      Self.sameShape.contains([object.gvk.version, other.gvk.version].sorted() + [object.gvk.groupKind.description])
    else { return object }
    var object = object
    object.json["apiVersion"] = .string(other.gvk.apiVersion)
    return object
  }

  private static let sameShape: Set<[String]> = [
    ["v1", "v1beta1", "PodDisruptionBudget.policy"], ["v1", "v1beta1", "CronJob.batch"],
    ["v1", "v1beta1", "RuntimeClass.node.k8s.io"], ["v1", "v1beta1", "EndpointSlice.discovery.k8s.io"],
    ["v2", "v2beta2", "HorizontalPodAutoscaler.autoscaling"],
  ]
}

/// Runs a body for many values, at most `limit` at a time. After an error nothing new starts; what is in flight
/// ends by itself, and then the error is thrown.
func concurrently<Value: Sendable, Result: Sendable>(
  _ values: some Sequence<Value>, limit: Int, _ body: @escaping @Sendable (Value) async throws -> Result
) async throws -> [Result] {
  try await withThrowingTaskGroup(of: Result.self) { group in
    var results: [Result] = []
    var failure: (any Error)?
    var iterator = values.makeIterator()
    for _ in 0..<limit {
      guard let value = iterator.next() else { break }
      group.addTask { try await body(value) }
    }
    while let result = await group.nextResult() {
      switch result {
      case .success(let value): results.append(value)
      case .failure(let error): failure = failure ?? error
      }
      if failure == nil, let value = iterator.next() { group.addTask { try await body(value) } }
    }
    if let failure { throw failure }
    return results
  }
}
