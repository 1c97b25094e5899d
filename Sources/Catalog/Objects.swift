public import Blueprint
public import JSON

/// The objects that Croft itself makes for a release, in the order in which they are best applied; the same release
/// always gives the same objects.
///
/// A chart, a kustomization and manifests bring their own objects, so those give none. The namespace is the roll-out's.
public func objects(for release: Release) -> [JSON] {
  switch release.source {
  case .image(let workload): WorkloadObjects(release: release, workload: workload).all.map { placed($0, for: release) }
  case .chart, .kustomize, .manifests: []
  }
}
