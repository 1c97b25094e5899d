public import Blueprint
import Diagnostics
public import JSON
import YAML

/// How a GitOps engine takes a cluster over: what it is given once, and what it makes of that.
public struct EngineStart: Sendable {
  /// What is applied, in this order; the engine fetches the rest.
  public let given: [JSON]
  /// What says whether it took over: everything that follows Git, the given among it.
  public let followers: [JSON]

  /// - Parameter files: the generated tree.
  /// - Throws: `ManifestError` where a file of it cannot be read.
  public init(_ engine: GitOpsSpec.Engine, _ files: [RenderedFile]) throws(ManifestError) {
    switch engine {
    case .flux:
      let first = try Self.objects(files) { $0 == "flux/cluster.yaml" }
      let releases = try Self.objects(files) { $0.hasPrefix("flux/releases/") }
      followers = first + releases
      given = first.filter { $0["kind"] == "GitRepository" || $0[path: "metadata", "name"] == "cluster" }
    case .argocd:
      // Argo CD's own chart is there already: it came with the layers.
      let projects = try Self.objects(files) { $0 == "argocd/bootstrap/projects.yaml" }
      let root = try Self.objects(files) { $0 == "argocd/bootstrap/root.yaml" }
      let applications = try Self.objects(files) {
        $0.hasPrefix("argocd/infrastructure/") || $0.hasPrefix("argocd/apps/")
      }
      given = projects + root
      followers = root + applications
    case .croft:
      given = []
      followers = []
    }
  }

  /// The Secret in `flux-system` whose age keys decrypt what is in Git; `nil` where nothing is decrypted.
  public var keySecret: String? {
    followers.lazy.compactMap { $0[path: "spec", "decryption", "secretRef", "name"]?.string }.first
  }

  private static func objects(
    _ files: [RenderedFile], where isWanted: (String) -> Bool
  ) throws(ManifestError) -> [JSON] {
    var objects: [JSON] = []
    for file in files where isWanted(file.path) {
      do {
        objects += try Document.parse(file.bytes, file: file.path, dialect: .kubernetes).map {
          $0.json(as: .kubernetes)
        }
      } catch { throw ManifestError(file: file.path, reason: "\(error)") }
    }
    return objects
  }
}
