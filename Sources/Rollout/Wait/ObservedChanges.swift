package import Kubernetes

extension Observation {
  /// What became of some objects of a kind; `nil`: it is gone.
  package func changes(of ids: Set<ObjectID>, _ gvk: GroupVersionKind) -> [(ObjectID, Object?)] {
    switch self {
    case .snapshot(let all):
      let found = Dictionary(all.map { $0.typed(as: gvk) }.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
      return ids.map { ($0, found[$0]) }
    case .changed(let object):
      let object = object.typed(as: gvk)
      return ids.contains(object.id) ? [(object.id, object)] : []
    case .deleted(let object):
      let object = object.typed(as: gvk)
      return ids.contains(object.id) ? [(object.id, nil)] : []
    case .interrupted: return []
    }
  }
}
