public import Blueprint

/// What the rules look at: the cluster file and what follows from it, worked out once for all of them.
public struct Subject: Sendable {
  public let blueprint: Blueprint
  public let graph: ReleaseGraph
  let files: ClusterFiles
  let objects: KnownObjects

  /// - Parameter workspace: where the files are that the cluster file names.
  public init(_ blueprint: Blueprint, workspace: any Workspace) {
    self.blueprint = blueprint
    files = ClusterFiles(workspace, directory: blueprint.directory)
    graph = ReleaseGraph(blueprint)
    objects = KnownObjects(blueprint, files: files)
  }
}
