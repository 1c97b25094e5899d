package import Kubernetes

extension KubernetesAPI {
  /// Applies an object; fields of other managers are taken over, and named.
  /// - Parameter report: takes `.tookOver` for each manager, in the order of their names.
  package func applyTakingOver(
    _ object: Object, _ resource: Resource, report: (Event.Change) async -> Void
  ) async throws -> Object {
    do {
      return try await apply(object, resource, ApplyOptions())
    } catch KubernetesError.conflict(_, let conflicts, _) {
      let result = try await apply(object, resource, ApplyOptions(force: true))
      for (manager, fields) in Dictionary(grouping: conflicts, by: \.manager).sorted(by: { $0.key < $1.key }) {
        await report(.tookOver(manager: manager, fields: fields.map(\.field)))
      }
      return result
    }
  }
}
