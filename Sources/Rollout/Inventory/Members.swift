import Kubernetes

extension Session {
  /// What a release's inventory owns in the cluster, in the reverse of the order of applying.
  /// - Parameter wanted: what is left out.
  func members(of release: String, except wanted: Set<ObjectID> = []) async throws -> [Object] {
    guard let inventory = inventory(of: release) else { return [] }
    var result: [(rank: Int, id: ObjectID, object: Object)] = []
    for kind in inventory.kinds {
      // A kind that is no longer served has no objects either.
      guard let resource = resource(kind) else { continue }
      let rank = ApplyOrder.rank(of: kind)
      for (id, object) in try await live.objects(of: resource)
      where !wanted.contains(id) && inventory.owns(object) && Inventory(object) == nil {
        result.append((rank, id, object))
      }
    }
    return result.sorted { ($1.rank, $1.id) < ($0.rank, $0.id) }.map(\.object)
  }

  /// Lists the kinds that a release's inventory names, so that the answers are there when its objects are rendered.
  /// What cannot be listed is asked for again, and reported, by whoever needs it.
  func listMembers(of release: String) async {
    let resources = (inventory(of: release)?.kinds ?? []).compactMap { resource($0) }
    _ = try? await concurrently(resources, limit: 16) { [live] in _ = try await live.objects(of: $0) }
  }
}
