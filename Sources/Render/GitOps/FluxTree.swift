public import Blueprint
import Catalog
import Diagnostics
import JSON
import YAML

/// What Flux follows: the repository, charts and namespaces first, then a Kustomization for each release, which waits for
/// those that the release depends on.
///
/// Each stands under the release's name, and never in a group with others: what moves from one Kustomization to another
/// can be taken for something that is gone, and be deleted.
public struct FluxTree: Sendable {
  let blueprint: Blueprint
  let graph: ReleaseGraph
  let gitops: GitOpsSpec
  let manifests: Manifests
  /// Whether the tree holds encrypted Secrets.
  let hasSecrets: Bool

  public init?(
    _ blueprint: Blueprint, _ graph: ReleaseGraph, manifests: Manifests = Manifests(), hasSecrets: Bool = false
  ) {
    guard let gitops = blueprint.gitops, gitops.engine == .flux else { return nil }
    self.blueprint = blueprint
    self.graph = graph
    self.gitops = gitops
    self.manifests = manifests
    self.hasSecrets = hasSecrets
  }

  private static let namespace = Blueprint.fluxNamespace
  private static let source = "cluster"

  /// - Throws: `ManifestError` where a manifest that the cluster file names cannot be read.
  public func files() async throws(ManifestError) -> [RenderedFile] {
    var files = [
      RenderedFile("flux/cluster.yaml", yaml: [repository, cluster, meta] + secrets + webhook),
      RenderedFile("flux/meta/sources.yaml", yaml: sources),
      RenderedFile("flux/meta/namespaces.yaml", yaml: namespaces),
    ]
    if let receiver { files.append(RenderedFile("flux/webhook/receiver.yaml", yaml: receiver)) }
    files += try await concurrently(blueprint.releases) { release throws(ManifestError) in
      try self.files(of: release)
    }
    let resources = blueprint.releases.filter { !names(of: $0).isEmpty }.map { Self.path(of: $0) }
    files.append(RenderedFile("flux/kustomization.yaml", yaml: [Self.root(["cluster.yaml"] + resources)]))
    return files
  }

  private func files(of release: Release) throws(ManifestError) -> [RenderedFile] {
    var folder = ManifestFolder(release: release, manifests: manifests, directory: blueprint.directory)
    folder.kept = ["kustomize.toolkit.fluxcd.io/prune": "disabled"]
    var files = try folder.files()
    let parts = parts(of: release, folder, after: needs(of: release, graph))
    guard !parts.isEmpty else { return files }
    files.append(RenderedFile("flux/\(Self.path(of: release))", yaml: parts))
    if release.source.isChart {
      files.append(RenderedFile("\(Self.charts(release))/release.yaml", yaml: [try helmRelease(release)]))
    }
    return files
  }

  private static func path(of release: Release) -> String { "releases/\(release.name).yaml" }

  private func object(
    _ apiVersion: String, _ kind: String, _ name: String, in namespace: String = Self.namespace, _ spec: JSON
  ) -> JSON {
    [
      "apiVersion": .string(apiVersion), "kind": .string(kind),
      "metadata": ["name": .string(name), "namespace": .string(namespace)], "spec": spec,
    ]
  }

  /// What is applied once (`kubectl apply --kustomize`), and what Flux itself then follows: releases come and go.
  private static func root(_ resources: [String]) -> JSON {
    [
      "apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization",
      "resources": .array(resources.map { .string($0) }),
    ]
  }
  private var cluster: JSON { kustomization("cluster", path: "flux", dependsOn: [], waits: false) }

  private var interval: JSON { .string(Self.text(gitops.interval)) }

  private var repository: JSON {
    var spec: JSON = [
      "url": .string(gitops.repository), "ref": ["branch": .string(gitops.branch)], "interval": interval,
    ]
    if let secret = gitops.secret { spec["secretRef"] = ["name": .string(secret)] }
    return object("source.toolkit.fluxcd.io/v1", "GitRepository", Self.source, spec)
  }

  /// Sources and namespaces, before anything that uses them.
  private var meta: JSON { kustomization("cluster-meta", path: "flux/meta", dependsOn: []) }

  /// In their namespaces, before whoever uses them.
  private var secrets: [JSON] {
    hasSecrets ? [kustomization("cluster-secrets", path: "flux/secrets", dependsOn: ["cluster-meta"])] : []
  }

  /// - Parameter path: in the tree.
  private func kustomization(_ name: String, path: String, dependsOn: [String], waits: Bool = true) -> JSON {
    var spec: JSON = [
      "sourceRef": ["kind": "GitRepository", "name": .string(Self.source)], "path": .string("./\(gitops.tree)/\(path)"),
      "interval": interval, "retryInterval": "1m", "timeout": "30m", "prune": true, "wait": .bool(waits),
    ]
    if !dependsOn.isEmpty { spec["dependsOn"] = .array(dependsOn.map { ["name": .string($0)] }) }
    if blueprint.secrets?.backend == .sops {
      spec["decryption"] = ["provider": "sops", "secretRef": ["name": "sops-age"]]
    }
    return object("kustomize.toolkit.fluxcd.io/v1", "Kustomization", name, spec)
  }

  /// The way in may need definitions that a release brings, and holds nobody up.
  private var webhook: [JSON] {
    receiver == nil ? [] : [kustomization("cluster-webhook", path: "flux/webhook", dependsOn: ["cluster-meta"])]
  }

  private var receiver: [JSON]? {
    guard let webhook = gitops.webhook else { return nil }
    let isGitLab = gitops.repository.contains("gitlab")
    let spec: JSON = [
      // Gitea and Forgejo sign as GitHub does.
      "type": .string(isGitLab ? "gitlab" : "github"), "events": isGitLab ? ["Push Hook"] : ["ping", "push"],
      "secretRef": ["name": "flux-webhook"],
      "resources": [
        ["apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "GitRepository", "name": .string(Self.source)]
      ],
    ]
    let backend: JSON = ["name": "webhook-receiver", "port": 80]
    var objects = [object("notification.toolkit.fluxcd.io/v1", "Receiver", "push", spec)]
    if blueprint.release("gateway-api") != nil {
      objects.append(
        object(
          "gateway.networking.k8s.io/v1", "HTTPRoute", "flux-webhook",
          [
            "parentRefs": [["name": "external", "namespace": "gateways"]],
            "hostnames": [.string(webhook.value)],
            "rules": [
              ["matches": [["path": ["type": "PathPrefix", "value": "/hook/"]]], "backendRefs": [backend]]
            ],
          ]))
    }
    return objects
  }

  // MARK: Sources

  /// A chart repository, or a chart in a registry, once for all releases that use it.
  private var sources: [JSON] {
    var made: [String: JSON] = [:]
    for release in blueprint.releases {
      guard let chart = ChartPlace(release) else { continue }
      let name = Self.sourceName(chart)
      made[name] =
        chart.isOCI
        ? object(
          "source.toolkit.fluxcd.io/v1", "OCIRepository", name,
          [
            "url": .string(chart.url), "ref": ["tag": .string(chart.version)], "interval": interval,
            "layerSelector": [
              "mediaType": "application/vnd.cncf.helm.chart.content.v1.tar+gzip", "operation": "copy",
            ],
          ])
        : object(
          "source.toolkit.fluxcd.io/v1", "HelmRepository", name,
          ["url": .string(chart.url), "interval": interval])
    }
    return made.sorted { $0.key < $1.key }.map(\.value)
  }

  /// A name that Kubernetes takes, made of where the chart is: `charts-jetstack-io`.
  private static func sourceName(_ chart: ChartPlace) -> String {
    let scheme = chart.url.firstRange(of: "://")
    var name = ""
    for character in chart.url[(scheme?.upperBound ?? chart.url.startIndex)...].lowercased() {
      let isPlain = character.isASCII && (character.isLetter || character.isNumber)
      if isPlain { name.append(character) } else if name.last != "-" { name.append("-") }
    }
    while name.last == "-" { name.removeLast() }
    return chart.isOCI
      ? "\(name.suffix(40).drop { $0 == "-" })-\(chart.version.filter { $0.isNumber })" : String(name.prefix(60))
  }

  private var namespaces: [JSON] {
    var seen: [String: JSON] = [:]
    for release in blueprint.releases where !["default", "kube-system"].contains(release.namespace.name) {
      let namespace = release.namespace
      var labels = seen[namespace.name]?[path: "metadata", "labels"]?.object ?? JSONObject()
      for (key, value) in namespace.labels.sorted(by: { $0.key < $1.key }) { labels[key] = .string(value) }
      var annotations = seen[namespace.name]?[path: "metadata", "annotations"]?.object ?? JSONObject()
      for (key, value) in namespace.annotations.sorted(by: { $0.key < $1.key }) { annotations[key] = .string(value) }
      // A namespace takes everything in it along.
      annotations["kustomize.toolkit.fluxcd.io/prune"] = "disabled"
      var metadata: JSON = ["name": .string(namespace.name), "annotations": .object(annotations)]
      if !labels.isEmpty { metadata["labels"] = .object(labels) }
      seen[namespace.name] = ["apiVersion": "v1", "kind": "Namespace", "metadata": metadata]
    }
    return seen.sorted { $0.key < $1.key }.map(\.value)
  }

  // MARK: Releases

  /// What has to be ready before a release: what it depends on, and the layer below where the file declares layers.
  private func needs(of release: Release, _ graph: ReleaseGraph) -> [String] {
    var needs = ((graph.hard[release.name] ?? []) + (graph.soft[release.name] ?? [])).map(\.to)
    if graph.hasDeclaredLayers, let layer = graph.layers.firstIndex(where: { $0.contains(release.name) }) {
      needs += graph.layers[..<layer].last { !$0.isEmpty } ?? []
    }
    return needs
  }

  private static func charts(_ release: Release) -> String { "flux/charts/\(release.name)" }
  /// What belongs to a chart has a Kustomization of its own: it may need the chart's definitions, or the chart it.
  private static func objects(_ release: Release) -> String { "\(release.name)-objects" }

  /// The Kustomizations of a release.
  private func names(of release: Release) -> [String] {
    let hasObjects = ManifestFolder(release: release, manifests: manifests, directory: blueprint.directory).isNeeded
    guard release.source.isChart else { return hasObjects ? [release.name] : [] }
    return [release.name] + (hasObjects ? [Self.objects(release)] : [])
  }

  private func parts(of release: Release, _ folder: ManifestFolder, after needs: [String]) -> [JSON] {
    var before = [hasSecrets ? "cluster-secrets" : "cluster-meta"]
    for name in needs.compactMap({ blueprint.release($0) }).flatMap(names) where !before.contains(name) {
      before.append(name)
    }
    return names(of: release).map { name in
      let isChart = release.source.isChart && name == release.name
      var part = kustomization(name, path: isChart ? Self.charts(release) : folder.path, dependsOn: before)
      part[path: "spec", "timeout"] = .string(Self.text(release.timeout ?? Release.defaultTimeout))
      return part
    }
  }

  private func helmRelease(_ release: Release) throws(ManifestError) -> JSON {
    var spec: JSON = [
      "interval": interval, "releaseName": .string(release.name), "targetNamespace": .string(release.namespace.name),
      "storageNamespace": .string(release.namespace.name),
      "timeout": .string(Self.text(release.timeout ?? Release.defaultTimeout)),
      "install": [
        "crds": "CreateReplace", "remediation": ["retries": .int(release.retries ?? Release.defaultRetries)],
      ],
      "upgrade": [
        "crds": "CreateReplace", "remediation": ["retries": .int(release.retries ?? Release.defaultRetries)],
      ],
      "driftDetection": ["mode": "enabled"],
    ]
    if let chart = ChartPlace(release) {
      let name = JSON.string(Self.sourceName(chart))
      if chart.isOCI {
        spec["chartRef"] = ["kind": "OCIRepository", "name": name, "namespace": .string(Self.namespace)]
      } else {
        spec["chart"] = [
          "spec": [
            "chart": .string(chart.name ?? ""), "version": .string(chart.version),
            "sourceRef": ["kind": "HelmRepository", "name": name, "namespace": .string(Self.namespace)],
          ]
        ]
      }
    } else if case .chart(.directory(let path, _)) = release.source {
      spec["chart"] = [
        "spec": [
          "chart": .string("./\(gitops.place(beside: path))"),
          "sourceRef": ["kind": "GitRepository", "name": .string(Self.source), "namespace": .string(Self.namespace)],
        ]
      ]
    }
    let dependsOn = release.dependsOn.compactMap { blueprint.release($0.name) }.filter(\.source.isChart)
    if !dependsOn.isEmpty {
      spec["dependsOn"] = .array(
        dependsOn.map { ["name": .string($0.name), "namespace": .string($0.namespace.name)] })
    }
    let references = release.valuesFrom.compactMap { reference -> JSON? in
      guard case .object(let kind, let name, let key, let path, let optional, _) = reference else { return nil }
      var json: JSON = ["kind": .string(kind.rawValue), "name": .string(name), "valuesKey": .string(key)]
      if let path { json["targetPath"] = .string(path) }
      if optional { json["optional"] = true }
      return json
    }
    if !references.isEmpty { spec["valuesFrom"] = .array(references) }
    let values = try manifests.values(of: release, in: blueprint.directory)
    if values.object?.isEmpty == false { spec["values"] = values }
    let patches = release.kustomizePatches
    if !patches.isEmpty { spec["postRenderers"] = [["kustomize": ["patches": .array(patches)]]] }
    // In the release's own namespace, where the Secrets and ConfigMaps are that values come from.
    return object("helm.toolkit.fluxcd.io/v2", "HelmRelease", release.name, in: release.namespace.name, spec)
  }

  /// `1h`, `90s`: Go's form.
  private static func text(_ duration: Duration) -> String {
    let seconds = duration.components.seconds
    if seconds % 3600 == 0 { return "\(seconds / 3600)h" }
    return seconds % 60 == 0 ? "\(seconds / 60)m" : "\(seconds)s"
  }
}

extension ReleaseSource {
  var isChart: Bool { if case .chart = self { true } else { false } }
  var isImage: Bool { if case .image = self { true } else { false } }
}
