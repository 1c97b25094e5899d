public import Blueprint
public import Render

/// What an engine will read of the repository, compared with what was deployed.
public struct DeployedTree: Sendable {
  let blueprint: Blueprint
  let gitops: GitOpsSpec
  let git: GitRemote
  let render: @Sendable (CommittedTree) async throws -> [RenderedFile]

  /// - Parameter render: what `croft render` makes of the cluster file now; encrypted files stay those of the commit as
  ///   long as their sources are the same.
  public init(
    _ blueprint: Blueprint, _ gitops: GitOpsSpec, clock: any Clock<Duration>,
    render: @escaping @Sendable (CommittedTree) async throws -> [RenderedFile]
  ) {
    self.blueprint = blueprint
    self.gitops = gitops
    self.render = render
    git = GitRemote(gitops: gitops, clock: clock)
  }

  /// - Returns: the commit that holds what was deployed, and the generated tree.
  /// - Throws: `HandOverProblem.unreachable`, `.noBranch`, `.notCommitted`; what `render` threw; `WorkspaceError`.
  public func committed() async throws -> (commit: String, files: [RenderedFile]) {
    let own = blueprint.foldersInGit
    let places = own.map(gitops.placeInGit)
    let (commit, files) = try await git.read([gitops.treeInGit] + places)
    let tree = CommittedTree(commit: commit, folder: gitops.treeInGit, files: files)
    let rendered = try await render(tree)
    var beside: [String: [UInt8]] = [:]
    for (path, place) in zip(own, places) {
      let folder = blueprint.directory.isEmpty ? path : "\(blueprint.directory)/\(path)"
      try Self.read(folder, as: place, into: &beside)
    }
    let difference = tree.difference(to: rendered, beside: beside, folders: places)
    guard difference.isEmpty else {
      let folders =
        [gitops.treeInGit]
        + places.filter { place in
          (difference.missing + difference.changed + difference.surplus).contains { $0.hasPrefix("\(place)/") }
        }
      throw HandOverProblem.notCommitted(gitops, commit: commit, difference, folders: folders)
    }
    return (commit, rendered)
  }

  /// All files below a folder that are not hidden.
  private static func read(
    _ folder: String, as place: String, into files: inout [String: [UInt8]]
  ) throws(WorkspaceError) {
    let workspace = FileWorkspace()
    for name in try workspace.list(folder) where !name.hasPrefix(".") {
      let path = "\(folder)/\(name)"
      if try workspace.kind(of: path) == .folder {
        try read(path, as: "\(place)/\(name)", into: &files)
      } else {
        files["\(place)/\(name)"] = try workspace.read(path)
      }
    }
  }
}
