package import Blueprint

/// Reads a cluster's files, makes releases of the components that they ask for, and adds what applications ask of those.
/// - Parameters:
///   - path: the folder, or the file that stands for its `cluster.yaml`.
///   - workspace: where files are read.
///   - environment: which of the file's `environments` is laid over it.
package func loadCluster(
  _ path: String, reading workspace: some Workspace = FileWorkspace(), environment: String? = nil
) -> ClusterFile.LoadResult {
  var result = ClusterFile.load(
    path, reading: workspace, components: componentKinds, own: OwnComponent.kind, environment: environment)
  guard let blueprint = result.blueprint else { return result }
  let names = (try? workspace.list("\(blueprint.directory)/secrets")) ?? []
  result.blueprint = blueprint.expandingComponents().addingApplications().startingAfterFoundations()
    .addingSecretsRelease(available: names.contains { $0.contains(".sops.") })
  return result
}
