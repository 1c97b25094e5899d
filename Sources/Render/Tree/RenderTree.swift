public import Blueprint
import Catalog

/// Everything that follows from a cluster file and is a file itself, by path; the same file always gives the same tree.
/// - Parameters:
///   - manifests: where the manifests are read that the cluster file names.
///   - secrets: encrypted files that the tree holds besides (`FluxSecrets`, `NixOSSecrets`).
/// - Throws: `ManifestError` where one of them cannot be read.
public func tree(
  of blueprint: Blueprint, manifests: Manifests = Manifests(), secrets: [RenderedFile] = []
) async throws(ManifestError) -> [RenderedFile] {
  let blueprint = blueprint.removingSecretsRelease()
  async let nodes = nodeFiles(of: blueprint)
  let graph = ReleaseGraph(blueprint)
  var files = secrets
  let nixos = NixOSTree(blueprint, manifests: manifests, secrets: secrets)
  if let nixos { files += try nixos.files() }
  let hasFluxSecrets = secrets.contains { $0.path.hasPrefix("flux/") }
  if let flux = FluxTree(blueprint, graph, manifests: manifests, hasSecrets: hasFluxSecrets) {
    files += try await flux.files()
  } else if let argoCD = ArgoCDTree(blueprint, graph, manifests: manifests) {
    files += try await argoCD.files()
  } else if nixos?.deploys != true {
    files += try await concurrently(blueprint.releases) { release throws(ManifestError) in
      try ManifestFolder(release: release, manifests: manifests, directory: blueprint.directory).files()
    }
  }
  if blueprint.gitops != nil || blueprint.components.contains(where: { $0.component == "renovate" }) {
    files.append(RenovateFile(blueprint: blueprint).file)
  }
  files += await nodes
  files.append(ReadMe(blueprint: blueprint, graph: graph, files: files).file)
  return files.sorted { $0.path < $1.path }
}

/// What configures each node, and what starts Kubernetes there.
private func nodeFiles(of blueprint: Blueprint) async -> [RenderedFile] {
  guard let kubernetes = blueprint.kubernetes else { return [] }
  switch kubernetes.distribution {
  case .k3s:
    let nodes = blueprint.nodes.filter { blueprint.system(of: $0) != .nixos }
    return await concurrently(nodes) { K3sNode(blueprint: blueprint, kubernetes: kubernetes, node: $0).files() }
  case .k3d: return K3dTree(blueprint: blueprint, kubernetes: kubernetes).files()
  case .talos: return TalosTree(blueprint)?.files() ?? []
  case .upstream:
    return await concurrently(blueprint.nodes) {
      UpstreamNode(blueprint: blueprint, kubernetes: kubernetes, node: $0).files()
    }
  }
}
