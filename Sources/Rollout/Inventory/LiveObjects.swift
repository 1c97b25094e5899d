import JSON
package import Kubernetes

/// What Croft has in the cluster, listed once per kind and kept for the length of a run.
actor LiveObjects {
  private enum Entry {
    /// Somebody lists this kind now; these wait for it.
    case loading([CheckedContinuation<Void, Never>])
    case known([ObjectID: Object])
  }

  private let api: any KubernetesAPI
  private var entries: [GroupKind: Entry] = [:]

  init(api: any KubernetesAPI) { self.api = api }

  /// Every object of a kind that carries a release's label, parents included; namespaces with and without.
  /// Releases that ask at the same time share one list.
  func objects(of resource: Resource) async throws -> [ObjectID: Object] {
    let kind = resource.gvk.groupKind
    let resource = kind == Resource.namespaces.gvk.groupKind ? .namespaces : resource
    while true {
      try Task.checkCancellation()
      switch entries[kind] {
      case .known(let objects): return objects
      case .loading(let waiters):
        await withCheckedContinuation { entries[kind] = .loading(waiters + [$0]) }
      case nil:
        entries[kind] = .loading([])
        do {
          // Namespaces are also looked up when they are not ours, and they are few.
          let selector = resource == .namespaces ? nil : Inventory.releaseLabel
          let list = try await api.list(resource, namespace: nil, ListOptions(labelSelector: selector))
          let objects = Dictionary(
            list.items.map { object in
              let object = object.typed(as: resource.gvk)
              return (object.id, object)
            }, uniquingKeysWith: { $1 })
          settle(kind, .known(objects))
          return objects
        } catch {
          settle(kind, nil)
          throw error
        }
      }
    }
  }

  /// Notes what a write returned; `nil`: the object is gone.
  func note(_ object: Object?, _ id: ObjectID) {
    guard case .known(var objects) = entries[id.groupKind] else { return }
    entries[id.groupKind] = nil  // keeps the dictionary unique while it changes
    objects[id] = object
    entries[id.groupKind] = .known(objects)
  }

  /// Makes the next look at these kinds a fresh one.
  func forget(_ kinds: some Sequence<GroupKind>) {
    for kind in kinds { if case .known = entries[kind] { entries[kind] = nil } }
  }

  private func settle(_ kind: GroupKind, _ entry: Entry?) {
    guard case .loading(let waiters) = entries[kind] else { return }
    entries[kind] = entry
    for waiter in waiters { waiter.resume() }
  }
}

extension Object {
  /// Lists leave out what all their items share: kind and apiVersion.
  package func typed(as gvk: GroupVersionKind) -> Object {
    if !kind.isEmpty { return self }
    var object = self
    object.json["apiVersion"] = .string(gvk.apiVersion)
    object.json["kind"] = .string(gvk.kind)
    return object
  }
}
