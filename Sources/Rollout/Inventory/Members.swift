import Kubernetes

extension Session {
  /// What a release's inventory owns in the cluster, in the reverse of the order of applying.
  func members(of release: String) async throws -> [Object] {
    guard let inventory = inventory(of: release) else { return [] }
    var result: [Object] = []
    for kind in inventory.kinds {
      // A kind that is no longer served has no objects either.
      guard let resource = resource(kind) else { continue }
      result += try await live.objects(of: resource).values.filter { inventory.owns($0) && Inventory($0) == nil }
    }
    return result.sorted {
      (ApplyOrder.rank(of: $1.gvk.groupKind), $1.id) < (ApplyOrder.rank(of: $0.gvk.groupKind), $0.id)
    }
  }
}
