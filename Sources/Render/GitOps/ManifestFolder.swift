import Blueprint
import Catalog
import Diagnostics
import JSON
import YAML

/// The folder `manifests/NAME` of a release: everything of it that is no chart, as a kustomization that any GitOps
/// engine, `kubectl apply -k` and Croft understand.
struct ManifestFolder {
  let release: Release
  let manifests: Manifests
  /// Where the cluster file's folder is, seen from the working directory.
  let directory: String
  /// The folder that it is in.
  var root = "manifests"
  /// What stands for a kustomization beside the cluster file; `nil`: the way there.
  var base: String?
  /// A file with what the chart gives, where that is patched here as well.
  var chart: String?
  /// The chart in kustomize's words, where kustomize has Helm render it.
  var helm: JSON?

  /// Annotations that keep claims from being deleted with what made them, in an engine's words.
  var kept: [String: String] = [:]

  /// Whether what the chart gives is a part of the kustomization.
  private var holdsChart: Bool { chart != nil || helm != nil }

  var path: String { "\(root)/\(release.name)" }

  /// Whether the release has anything that belongs here.
  var isNeeded: Bool {
    switch release.source {
    case .chart: !release.additions.isEmpty || holdsChart
    case .kustomize, .image: true
    case .manifests(let sources): !sources.isEmpty || !release.additions.isEmpty
    }
  }

  /// - Throws: `ManifestError` where a manifest that the cluster file names cannot be read.
  func files() throws(ManifestError) -> [RenderedFile] {
    guard isNeeded else { return [] }
    var objects: [JSON] = []
    var resources: [JSON] = []
    switch release.source {
    case .chart: if let chart { resources.append(.string(chart)) }
    case .image: objects = Catalog.objects(for: release)
    case .kustomize(let place, _):
      // generated/manifests/NAME is three folders below the cluster file.
      resources.append(.string(Self.isRemote(place) ? place : base ?? "../../../\(place)"))
    case .manifests(let sources):
      for source in sources {
        switch source {
        case .inline(let object, _): objects.append(object)
        case .path(let place, _):
          objects += try manifests.documents(at: place, in: directory).map(\.json)
        }
      }
    }
    // An image's objects are placed as they are made.
    if !release.source.isImage { objects = objects.map { placed($0, for: release) } }
    objects += release.additions
    objects = objects.map(keeping)
    var kustomization: JSON = ["apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization"]
    // Objects that name a namespace keep it; kustomize would overwrite that.
    if resources.isEmpty || holdsChart {
      objects = objects.map { object in Self.inNamespace(object, release.namespace.name) }
    } else {
      kustomization["namespace"] = .string(release.namespace.name)
    }
    if !objects.isEmpty { resources.append("objects.yaml") }
    if !resources.isEmpty { kustomization["resources"] = .array(resources) }
    if let helm { kustomization = kustomization.overlaid(with: helm) }
    let patches = patches(of: objects)
    if !patches.isEmpty { kustomization["patches"] = .array(patches) }
    var files = [RenderedFile("\(path)/kustomization.yaml", yaml: [kustomization])]
    if !objects.isEmpty { files.append(RenderedFile("\(path)/objects.yaml", yaml: objects)) }
    return files
  }

  /// A claim with the word that it stays, unless the file says otherwise: `croft deploy` deletes none either.
  private func keeping(_ object: JSON) -> JSON {
    guard object["kind"] == "PersistentVolumeClaim", !release.pruneProtected else { return object }
    var object = object
    for (key, value) in kept.sorted(by: { $0.key < $1.key }) {
      object[path: "metadata", "annotations", key] = .string(value)
    }
    return object
  }

  /// Those that something here is meant by: a chart's own objects are patched where the chart is rendered, and objects
  /// that are made here have their nodes.
  private func patches(of objects: [JSON]) -> [JSON] {
    if holdsChart { return release.kustomizePatches }
    if case .kustomize = release.source { return release.kustomizePatches }
    var patches: [JSON] = []
    for patch in release.patches.map({ KustomizePatch($0) }) where objects.contains(where: { patch.fits($0) }) {
      patches += patch.json
    }
    return patches
  }

  /// Whether a kustomization is fetched, and not beside the cluster file.
  static func isRemote(_ place: String) -> Bool { place.contains("://") || place.hasPrefix("github.com/") }

  private static func inNamespace(_ object: JSON, _ namespace: String) -> JSON {
    if object[path: "metadata", "namespace"] != nil || ClusterScope.holds(object) { return object }
    var object = object
    object[path: "metadata", "namespace"] = .string(namespace)
    return object
  }
}

/// Kinds that stand in no namespace.
enum ClusterScope {
  private static let kinds: Set<String> = [
    "Namespace", "Node", "PersistentVolume", "StorageClass", "CSIDriver", "ClusterRole", "ClusterRoleBinding",
    "CustomResourceDefinition", "APIService", "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration",
    "PriorityClass", "IngressClass", "RuntimeClass", "ClusterIssuer", "GatewayClass", "ClusterSecretStore",
    "ClusterExternalSecret", "VolumeSnapshotClass", "CiliumLoadBalancerIPPool", "CiliumL2AnnouncementPolicy",
    "CiliumClusterwideNetworkPolicy", "Bundle", "ClusterPolicy",
  ]

  static func holds(_ object: JSON) -> Bool { object["kind"]?.string.map { kinds.contains($0) } ?? false }
}
