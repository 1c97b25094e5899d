import Blueprint
import JSON
import Kubernetes

/// Takes away what a release no longer contains: only what its inventory owns, and never data by accident.
enum Prune {
  private static let protected: Set<GroupKind> = [
    GroupKind("Namespace"), GroupKind("PersistentVolumeClaim"), GroupKind("PersistentVolume"),
    GroupKind("CustomResourceDefinition.apiextensions.k8s.io"),
  ]

  /// Why an object stays although it is no longer wanted; `nil` where it may go.
  static func reasonToKeep(_ object: Object, release: Release?) -> String? {
    if let reason = policyToKeep(object) { return reason }
    if protected.contains(object.gvk.groupKind), release?.pruneProtected != true {
      return "deleting a \(object.kind) can lose data; say 'prune: {protected: true}' to allow it"
    }
    return nil
  }

  /// What the chart's author wants to outlive its release.
  static func policyToKeep(_ object: Object) -> String? {
    object.annotation("helm.sh/resource-policy") == "keep" ? "its helm.sh/resource-policy is keep" : nil
  }

  /// Deletes an object, provided it still is the very one that was seen and still belongs to the inventory.
  /// - Returns: `false` where it has gone, been replaced or moved to another release.
  static func delete(_ object: Object, _ resource: Resource, inventory: Inventory, _ session: Session) async throws
    -> Bool
  {
    var seen = object
    while true {
      let options = DeleteOptions(uid: seen.uid, resourceVersion: seen.resourceVersion, propagation: .background)
      do {
        let done = try await session.api.delete(resource, namespace: seen.namespace, name: seen.name, options)
        await session.live.note(nil, object.id)
        return done
      } catch KubernetesError.status(let failure) where failure.code == 409 {
        // It changed since: look again before anything is lost.
        guard let now = try await session.api.get(resource, namespace: seen.namespace, name: seen.name),
          now.uid == object.uid, inventory.owns(now)
        else { return false }
        seen = now
      }
    }
  }
}
