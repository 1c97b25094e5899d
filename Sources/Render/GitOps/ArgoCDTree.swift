public import Blueprint
import Diagnostics
import JSON
import YAML

/// What Argo CD follows: projects, an Application for every release, and the root that holds them.
///
/// Release names and namespaces are those that `croft deploy` used, and everything is applied on the server, so that an
/// Application takes over what is there without a difference. Waves follow the layers.
public struct ArgoCDTree {
  let blueprint: Blueprint
  let gitops: GitOpsSpec
  let manifests: Manifests

  public init?(_ blueprint: Blueprint, manifests: Manifests = Manifests()) {
    guard let gitops = blueprint.gitops, gitops.engine == .argocd else { return nil }
    self.blueprint = blueprint
    self.gitops = gitops
    self.manifests = manifests
  }

  private static let cluster = "https://kubernetes.default.svc"

  /// - Throws: `ManifestError` where a manifest that the cluster file names cannot be read.
  public func files() throws(ManifestError) -> [RenderedFile] {
    var files = [
      RenderedFile("argocd/projects.yaml", yaml: [Release.Section.platform, .apps].map(project)),
      RenderedFile("argocd/root.yaml", yaml: [root]),
    ]
    let waves = ReleaseGraph(blueprint).waves
    for release in blueprint.releases {
      let folder = ManifestFolder(release: release, manifests: manifests, directory: blueprint.directory)
      files += try folder.files()
      files.append(
        RenderedFile(
          "argocd/applications/\(release.name).yaml",
          yaml: [application(release, folder, wave: waves[release.name] ?? 0)]))
    }
    return files
  }

  private func project(_ section: Release.Section) -> JSON {
    let releases = blueprint.releases.filter { $0.section == section }
    let repositories = Set([gitops.repository] + releases.compactMap { ChartPlace($0)?.repository }).sorted()
    let namespaces = Set(releases.map(\.namespace.name)).sorted()
    var spec: JSON = [
      "description": .string(section == .platform ? "What applications stand on" : "Applications"),
      "sourceRepos": .array(repositories.map { .string($0) }),
      "destinations": .array(namespaces.map { ["server": .string(Self.cluster), "namespace": .string($0)] }),
    ]
    // An application has no business outside its namespaces.
    let everything: JSON = [["group": "*", "kind": "*"]]
    spec["clusterResourceWhitelist"] = section == .platform ? everything : [["group": "", "kind": "Namespace"]]
    return [
      "apiVersion": "argoproj.io/v1alpha1", "kind": "AppProject",
      "metadata": ["name": .string(section.rawValue), "namespace": .string(namespace)], "spec": spec,
    ]
  }

  private var root: JSON {
    [
      "apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
      "metadata": ["name": "root", "namespace": .string(namespace)],
      "spec": [
        "project": "default", "destination": ["server": .string(Self.cluster), "namespace": .string(namespace)],
        "source": [
          "repoURL": .string(gitops.repository), "targetRevision": .string(gitops.branch),
          "path": .string(gitops.path), "directory": ["recurse": true, "exclude": "root.yaml"],
        ],
        "syncPolicy": ["automated": ["prune": true, "selfHeal": true], "syncOptions": ["ServerSideApply=true"]],
      ],
    ]
  }

  private func application(_ release: Release, _ folder: ManifestFolder, wave: Int) -> JSON {
    var sources: [JSON] = []
    if let chart = ChartPlace(release) {
      var source: JSON = ["repoURL": .string(chart.repository), "targetRevision": .string(chart.version)]
      if let name = chart.name { source["chart"] = .string(name) }
      source["helm"] = ["releaseName": .string(release.name), "valuesObject": release.values]
      sources.append(source)
    } else if case .chart(.directory(let path, _)) = release.source {
      sources.append([
        "repoURL": .string(gitops.repository), "targetRevision": .string(gitops.branch), "path": .string(path),
        "helm": ["releaseName": .string(release.name), "valuesObject": release.values],
      ])
    }
    if folder.isNeeded {
      sources.append([
        "repoURL": .string(gitops.repository), "targetRevision": .string(gitops.branch),
        "path": .string("generated/\(folder.path)"),
      ])
    }
    var options: [JSON] = ["ServerSideApply=true", "CreateNamespace=true", "SkipDryRunOnMissingResource=true"]
    if release.pruneProtected == false { options.append("PruneLast=true") }
    var policy: JSON = [
      "automated": ["prune": true, "selfHeal": true], "syncOptions": .array(options),
      "retry": ["limit": .int(5), "backoff": ["duration": "10s", "factor": 2, "maxDuration": "5m"]],
    ]
    if !release.namespace.labels.isEmpty {
      policy["managedNamespaceMetadata"] = ["labels": .strings(release.namespace.labels)]
    }
    return [
      "apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
      "metadata": [
        "name": .string(release.name), "namespace": .string(namespace),
        "annotations": ["argocd.argoproj.io/sync-wave": .string("\(wave)")],
      ],
      "spec": [
        "project": .string(release.section.rawValue),
        "destination": ["server": .string(Self.cluster), "namespace": .string(release.namespace.name)],
        "sources": .array(sources), "syncPolicy": policy,
        // The server fills these in for every StatefulSet.
        "ignoreDifferences": [
          [
            "group": "apps", "kind": "StatefulSet",
            "jqPathExpressions": [".spec.volumeClaimTemplates[]?.apiVersion", ".spec.volumeClaimTemplates[]?.kind"],
          ]
        ],
      ],
    ]
  }

  /// Where Argo CD itself lives.
  private var namespace: String {
    let names = ["argocd", "argo-cd"]
    return blueprint.releases.first { names.contains($0.name) }?.namespace.name ?? "argocd"
  }
}

/// A chart that a GitOps engine fetches itself.
struct ChartPlace {
  /// Without `oci://`, as Argo CD wants it.
  var repository: String
  /// `nil` where the repository is the chart.
  var name: String?
  var version: String
  var isOCI: Bool
  /// As it is written.
  var url: String

  init?(_ release: Release) {
    guard case .chart(let chart) = release.source else { return nil }
    switch chart {
    case .repository(let url, let name, let version, _):
      self.init(repository: url, name: name, version: version, isOCI: false, url: url)
    case .oci(let url, let version, _):
      let parts = url.dropFirst("oci://".count).split(separator: "/")
      self.init(
        repository: parts.dropLast().joined(separator: "/"), name: parts.last.map(String.init), version: version,
        isOCI: true, url: url)
    case .directory: return nil
    }
  }

  private init(repository: String, name: String?, version: String, isOCI: Bool, url: String) {
    self.repository = repository
    self.name = name
    self.version = version
    self.isOCI = isOCI
    self.url = url
  }
}

extension JSON {
  /// An object of strings, sorted by key.
  static func strings(_ values: [String: String]) -> JSON {
    .object(JSONObject(values.sorted { $0.key < $1.key }.map { JSONObject.Member($0.key, .string($0.value)) }))
  }
}

extension ReleaseGraph {
  /// The stage of each release: the place of its layer.
  var waves: [String: Int] {
    Dictionary(layers.enumerated().flatMap { wave, names in names.map { ($0, wave) } }) { first, _ in first }
  }
}
