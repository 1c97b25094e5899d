public import Blueprint
import Catalog

/// What the rules look at: the cluster file and what follows from it, worked out once for all of them.
public struct Subject: Sendable {
  public let blueprint: Blueprint
  public let graph: ReleaseGraph
  let files: ClusterFiles
  let objects: KnownObjects
  /// What applications can ask for.
  let platform: Platform
  /// What the components of the catalogue make of their options.
  let parts: [ComponentPart]

  /// - Parameters:
  ///   - workspace: where the files are that the cluster file names.
  ///   - manifests: those of its files that were read already.
  public init(_ blueprint: Blueprint, workspace: any Workspace, manifests: Manifests? = nil) {
    self.blueprint = blueprint
    files = ClusterFiles(workspace, directory: blueprint.directory)
    graph = ReleaseGraph(blueprint)
    objects = KnownObjects(blueprint, manifests: manifests ?? Manifests(workspace))
    platform = Platform(blueprint)
    parts = blueprint.contributions
  }
}
