import Blueprint
import JSON
import Kubernetes

extension Session {
  /// Who sets a release's labels on its namespace: not Croft's usual manager, because releases share namespaces.
  static func namespaceManager(of release: Release) -> String { "croft-namespace-\(release.name)" }

  /// What a release's namespace has to become, and what it is (`nil`: missing); `nil` where nothing is to be done.
  func namespaceChange(for rendered: RenderedRelease) async throws -> (desired: Object, live: Object?)? {
    let release = rendered.release
    let spec = release.namespace
    if rendered.objects.contains(where: { $0.isNamespace && $0.name == spec.name }) { return nil }
    var desired = Object(["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(spec.name)]])
    for (key, value) in spec.labels.sorted(by: { $0.key < $1.key }) { desired.setLabel(key, value) }
    for (key, value) in spec.annotations.sorted(by: { $0.key < $1.key }) { desired.setAnnotation(key, value) }

    guard let live = try await namespace(spec.name), !live.isBeingDeleted else { return (desired, nil) }
    let isThere =
      spec.labels.allSatisfy { live.label($0.key) == $0.value }
      && spec.annotations.allSatisfy { live.annotation($0.key) == $0.value }
    let owned = Compare.ownedFields(of: live, by: Self.namespaceManager(of: release))
    let hasMore = owned.map { !Compare.covers(desired, $0) } ?? false
    return isThere && !hasMore ? nil : (desired, live)
  }
}
