public import Blueprint

/// What the rules look at: the cluster file and what follows from it, worked out once for all of them.
public struct Subject: Sendable {
  public let blueprint: Blueprint
  public let graph: ReleaseGraph
  let files: ClusterFiles
  let objects: KnownObjects

  /// - Parameters:
  ///   - workspace: where the files are that the cluster file names.
  ///   - manifests: those of its files that were read already.
  public init(_ blueprint: Blueprint, workspace: any Workspace, manifests: Manifests? = nil) {
    self.blueprint = blueprint
    files = ClusterFiles(workspace, directory: blueprint.directory)
    graph = ReleaseGraph(blueprint)
    objects = KnownObjects(blueprint, manifests: manifests ?? Manifests(workspace))
  }
}
