public import Blueprint
import Catalog
import Diagnostics
import JSON
import YAML

/// What Flux follows: the repository and charts first, then one Kustomization for each stage of the roll-out, holding the
/// HelmReleases and Kustomizations of its releases. A release waits for what it depends on; a stage for the one before.
public struct FluxTree {
  let blueprint: Blueprint
  let gitops: GitOpsSpec
  let manifests: Manifests
  /// Whether the tree holds encrypted Secrets.
  let hasSecrets: Bool

  public init?(_ blueprint: Blueprint, manifests: Manifests = Manifests(), hasSecrets: Bool = false) {
    guard let gitops = blueprint.gitops, gitops.engine == .flux else { return nil }
    self.blueprint = blueprint
    self.gitops = gitops
    self.manifests = manifests
    self.hasSecrets = hasSecrets
  }

  private static let namespace = Blueprint.fluxNamespace
  private static let source = "cluster"

  /// - Throws: `ManifestError` where a manifest that the cluster file names cannot be read.
  public func files() throws(ManifestError) -> [RenderedFile] {
    let graph = ReleaseGraph(blueprint)
    let waves = graph.waves
    var files = [
      RenderedFile("flux/cluster.yaml", yaml: [repository, meta] + secrets + stages(graph) + receiver),
      RenderedFile("flux/meta/sources.yaml", yaml: sources),
      RenderedFile("flux/meta/namespaces.yaml", yaml: namespaces),
    ]
    for release in blueprint.releases {
      let folder = ManifestFolder(release: release, manifests: manifests, directory: blueprint.directory)
      files += try folder.files()
      let stage = "flux/stages/\(Self.two(waves[release.name] ?? 0))"
      files.append(RenderedFile("\(stage)/\(release.name).yaml", yaml: try objects(of: release, folder)))
    }
    return files
  }

  private func object(_ apiVersion: String, _ kind: String, _ name: String, _ spec: JSON) -> JSON {
    [
      "apiVersion": .string(apiVersion), "kind": .string(kind),
      "metadata": ["name": .string(name), "namespace": .string(Self.namespace)], "spec": spec,
    ]
  }

  private var interval: JSON { .string(Self.text(gitops.interval)) }

  private var repository: JSON {
    var spec: JSON = [
      "url": .string(gitops.repository), "ref": ["branch": .string(gitops.branch)], "interval": interval,
    ]
    if let secret = gitops.secret { spec["secretRef"] = ["name": .string(secret)] }
    return object("source.toolkit.fluxcd.io/v1", "GitRepository", Self.source, spec)
  }

  /// Sources and namespaces, before anything that uses them.
  private var meta: JSON { kustomization("cluster-meta", path: "generated/flux/meta", dependsOn: []) }

  /// In their namespaces, before whoever uses them.
  private var secrets: [JSON] {
    hasSecrets ? [kustomization("cluster-secrets", path: "generated/flux/secrets", dependsOn: ["cluster-meta"])] : []
  }

  private func stages(_ graph: ReleaseGraph) -> [JSON] {
    var before = hasSecrets ? "cluster-secrets" : "cluster-meta"
    return graph.layers.indices.filter { !graph.layers[$0].isEmpty }.map { index in
      let name = "stage-\(Self.two(index))"
      defer { before = name }
      return kustomization(name, path: "generated/flux/stages/\(Self.two(index))", dependsOn: [before])
    }
  }

  private func kustomization(_ name: String, path: String, dependsOn: [String]) -> JSON {
    var spec: JSON = [
      "sourceRef": ["kind": "GitRepository", "name": .string(Self.source)], "path": .string("./\(path)"),
      "interval": interval, "retryInterval": "1m", "timeout": "30m", "prune": true, "wait": true,
    ]
    if !dependsOn.isEmpty { spec["dependsOn"] = .array(dependsOn.map { ["name": .string($0)] }) }
    if blueprint.secrets?.backend == .sops {
      spec["decryption"] = ["provider": "sops", "secretRef": ["name": "sops-age"]]
    }
    return object("kustomize.toolkit.fluxcd.io/v1", "Kustomization", name, spec)
  }

  private var receiver: [JSON] {
    guard let webhook = gitops.webhook else { return [] }
    let spec: JSON = [
      "type": "github", "events": ["ping", "push"], "secretRef": ["name": "flux-webhook"],
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
      var metadata: JSON = ["name": .string(namespace.name)]
      if !labels.isEmpty { metadata["labels"] = .object(labels) }
      // A namespace takes everything in it along.
      metadata["annotations"] = ["kustomize.toolkit.fluxcd.io/prune": "disabled"]
      seen[namespace.name] = ["apiVersion": "v1", "kind": "Namespace", "metadata": metadata]
    }
    return seen.sorted { $0.key < $1.key }.map(\.value)
  }

  // MARK: Releases

  private func objects(of release: Release, _ folder: ManifestFolder) throws(ManifestError) -> [JSON] {
    var objects: [JSON] = []
    if case .chart = release.source { objects.append(try helmRelease(release)) }
    if folder.isNeeded {
      let isChart = !objects.isEmpty
      // What belongs to a chart may need its definitions.
      let dependsOn = isChart ? [] : dependencies(release) { $0.source.isChart ? nil : $0.name }
      var part = kustomization(
        isChart ? "\(release.name)-objects" : release.name, path: "generated/\(folder.path)", dependsOn: dependsOn)
      part[path: "spec", "timeout"] = .string(Self.text(release.timeout ?? Release.defaultTimeout))
      part[path: "spec", "wait"] = .bool(!isChart)
      objects.append(part)
    }
    return objects
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
        spec["chartRef"] = ["kind": "OCIRepository", "name": name]
      } else {
        spec["chart"] = [
          "spec": [
            "chart": .string(chart.name ?? ""), "version": .string(chart.version),
            "sourceRef": ["kind": "HelmRepository", "name": name],
          ]
        ]
      }
    } else if case .chart(.directory(let path, _)) = release.source {
      spec["chart"] = [
        "spec": ["chart": .string("./\(path)"), "sourceRef": ["kind": "GitRepository", "name": .string(Self.source)]]
      ]
    }
    let dependsOn = dependencies(release) { $0.source.isChart ? $0.name : nil }
    if !dependsOn.isEmpty { spec["dependsOn"] = .array(dependsOn.map { ["name": .string($0)] }) }
    var values: JSON = [:]
    var references: [JSON] = []
    for reference in release.valuesFrom {
      switch reference {
      case .file(let path, _):
        for document in try manifests.documents(at: path, in: blueprint.directory) {
          values = values.merging(document.json)
        }
      case .object(let kind, let name, let key, let path, let optional, _):
        var json: JSON = ["kind": .string(kind.rawValue), "name": .string(name), "valuesKey": .string(key)]
        if let path { json["targetPath"] = .string(path) }
        if optional { json["optional"] = true }
        references.append(json)
      }
    }
    if !references.isEmpty { spec["valuesFrom"] = .array(references) }
    values = values.merging(release.values)
    if values.object?.isEmpty == false { spec["values"] = values }
    if !release.patches.isEmpty {
      spec["postRenderers"] = [["kustomize": ["patches": .array(release.patches.map { KustomizePatch($0).json })]]]
    }
    return object("helm.toolkit.fluxcd.io/v2", "HelmRelease", release.name, spec)
  }

  /// The names of those that a release depends on, among one kind of Flux's objects.
  private func dependencies(_ release: Release, _ name: (Release) -> String?) -> [String] {
    release.dependsOn.compactMap { dependency in blueprint.release(dependency.name).flatMap(name) }
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  /// `1h`, `90s`: Go's form.
  private static func text(_ duration: Duration) -> String {
    let seconds = duration.components.seconds
    if seconds % 3600 == 0 { return "\(seconds / 3600)h" }
    return seconds % 60 == 0 ? "\(seconds / 60)m" : "\(seconds)s"
  }
}

extension ReleaseSource {
  var isChart: Bool { if case .chart = self { true } else { false } }
}
