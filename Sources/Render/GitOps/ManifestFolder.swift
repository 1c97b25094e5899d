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

  var path: String { "\(root)/\(release.name)" }

  /// Whether the release has anything that belongs here.
  var isNeeded: Bool {
    switch release.source {
    case .chart: !release.additions.isEmpty || chart != nil
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
    objects += release.additions
    var kustomization: JSON = ["apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization"]
    // Objects that name a namespace keep it; kustomize would overwrite that.
    if resources.isEmpty || chart != nil {
      objects = objects.map { Self.inNamespace($0, release.namespace.name) }
    } else {
      kustomization["namespace"] = .string(release.namespace.name)
    }
    if !objects.isEmpty { resources.append("objects.yaml") }
    kustomization["resources"] = .array(resources)
    // A chart's own objects are patched where the chart is rendered.
    if case .chart = release.source, chart == nil {
    } else if !release.patches.isEmpty {
      kustomization["patches"] = .array(release.patches.map { KustomizePatch($0).json })
    }
    var files = [RenderedFile("\(path)/kustomization.yaml", yaml: [kustomization])]
    if !objects.isEmpty { files.append(RenderedFile("\(path)/objects.yaml", yaml: objects)) }
    return files
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

/// A patch of the cluster file in kustomize's words.
struct KustomizePatch {
  let patch: ObjectPatch
  init(_ patch: ObjectPatch) { self.patch = patch }

  var json: JSON {
    var target = JSONObject()
    if let kind = patch.target.kind { target["kind"] = .string(kind) }
    if let name = patch.target.name { target["name"] = .string(name) }
    if let namespace = patch.target.namespace { target["namespace"] = .string(namespace) }
    switch patch.change {
    case .operations(let operations):
      return ["target": .object(target), "patch": .string(JSON.array(operations).yaml)]
    case .merge(let merge):
      // kustomize wants a name in a merge patch, and with a target uses it for nothing.
      var body: JSON = ["apiVersion": "v1", "kind": .string(patch.target.kind ?? "any"), "metadata": ["name": "any"]]
      body = body.merging(merge)
      return ["target": .object(target), "patch": .string(body.yaml)]
    }
  }
}
