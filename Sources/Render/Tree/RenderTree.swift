public import Blueprint
import Catalog

/// Everything that follows from a cluster file and is a file itself, by path; the same file always gives the same tree.
/// - Parameters:
///   - manifests: where the manifests are read that the cluster file names.
///   - secrets: encrypted files that the tree holds besides (`FluxSecrets`, `NixOSSecrets`).
/// - Throws: `ManifestError` where one of them cannot be read.
public func tree(
  of blueprint: Blueprint, manifests: Manifests = Manifests(), secrets: [RenderedFile] = []
) throws(ManifestError) -> [RenderedFile] {
  let blueprint = blueprint.removingSecretsRelease()
  let graph = ReleaseGraph(blueprint)
  var files = secrets
  if let kubernetes = blueprint.kubernetes {
    switch kubernetes.distribution {
    case .k3s:
      let nodes = blueprint.nodes.filter { blueprint.system(of: $0) != .nixos }
      files += nodes.flatMap { K3sNode(blueprint: blueprint, kubernetes: kubernetes, node: $0).files() }
    case .k3d: files += K3dTree(blueprint: blueprint, kubernetes: kubernetes).files()
    case .talos: files += TalosTree(blueprint)?.files() ?? []
    case .upstream:
      files += blueprint.nodes.flatMap { UpstreamNode(blueprint: blueprint, kubernetes: kubernetes, node: $0).files() }
    }
  }
  let nixos = NixOSTree(blueprint, manifests: manifests, secrets: secrets)
  if let nixos { files += try nixos.files() }
  let hasFluxSecrets = secrets.contains { $0.path.hasPrefix("flux/") }
  if let flux = FluxTree(blueprint, graph, manifests: manifests, hasSecrets: hasFluxSecrets) {
    files += try flux.files()
  } else if let argoCD = ArgoCDTree(blueprint, graph, manifests: manifests) {
    files += try argoCD.files()
  } else if nixos?.deploys != true {
    for release in blueprint.releases {
      files += try ManifestFolder(release: release, manifests: manifests, directory: blueprint.directory).files()
    }
  }
  if blueprint.gitops != nil || blueprint.components.contains(where: { $0.component == "renovate" }) {
    files.append(RenovateFile(blueprint: blueprint).file)
  }
  files.append(ReadMe(blueprint: blueprint, graph: graph, files: files).file)
  return files.sorted { $0.path < $1.path }
}
