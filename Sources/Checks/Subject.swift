public import Blueprint
import Catalog
import JSON

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
  /// What the user adds to the values of a component's chart.
  let added: [String: JSON]
  /// What is asked of load balancers.
  private(set) var serviceAddresses: [ServiceAddress] = []
  /// Passwords and the like that stand in the file.
  private(set) var credentials: [Credential] = []

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
    added = Dictionary(parts.map { ($0.use.name, $0.use.release.values) }) { first, _ in first }
    serviceAddresses = ServiceAddress.all(in: self)
    credentials = Credential.all(in: self)
  }

  /// Values that the user gives the chart of a release: without those that a component of the catalogue brings.
  func values(of release: Release) -> JSON { added[release.name] ?? release.values }
}
