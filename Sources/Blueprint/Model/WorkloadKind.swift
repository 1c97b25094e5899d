public import Diagnostics

extension Workload {
  /// Where a key is written; the image where it is not.
  public func place(of key: String) -> SourceSpan { places[key] ?? span }

  /// The kind that is deployed: as asked for, else a StatefulSet where more than one replica needs storage of its own.
  public var resolvedKind: Kind {
    kind ?? (replicas > 1 && storage.contains(where: \.isReadWriteOnceClaim) ? .statefulSet : .deployment)
  }
}

extension Workload.Volume {
  /// A claim of the release's own that one node, or one pod, can mount at a time.
  public var isReadWriteOnceClaim: Bool {
    guard case .claim(_, _, let accessMode) = source else { return false }
    return accessMode == "ReadWriteOnce" || accessMode == "ReadWriteOncePod"
  }
}
