public import Blueprint
import Catalog
import Diagnostics
import JSON
import YAML

/// What Argo CD follows: projects, an Application for every release, and the root that holds them.
///
/// Release names and namespaces are those that `croft deploy` used, and everything is applied on the server, so that an
/// Application takes over what is there without a difference. Waves follow the layers.
public struct ArgoCDTree: Sendable {
  let blueprint: Blueprint
  let graph: ReleaseGraph
  let gitops: GitOpsSpec
  let manifests: Manifests

  public init?(_ blueprint: Blueprint, _ graph: ReleaseGraph, manifests: Manifests = Manifests()) {
    guard let gitops = blueprint.gitops, gitops.engine == .argocd else { return nil }
    self.blueprint = blueprint
    self.graph = graph
    self.gitops = gitops
    self.manifests = manifests
  }

  static let cluster = "https://kubernetes.default.svc"
  private static let apiVersion = "argoproj.io/v1alpha1"

  /// - Throws: `ManifestError` where a manifest that the cluster file names cannot be read.
  public func files() async throws(ManifestError) -> [RenderedFile] {
    let projects = ArgoCDProjects(blueprint: blueprint, gitops: gitops)
    var files = [
      RenderedFile("argocd/bootstrap/projects.yaml", yaml: projects.objects(in: namespace)),
      RenderedFile("argocd/bootstrap/root.yaml", yaml: [root]),
    ]
    if let chart = firstChart { files.append(RenderedFile("argocd/bootstrap/argocd.yaml", yaml: [try first(chart)])) }
    files.append(RenderedFile("argocd/bootstrap/kustomization.yaml", yaml: [bootstrap(files)]))
    let waves = graph.waves
    files += try await concurrently(blueprint.releases) { release throws(ManifestError) in
      let values = try manifests.values(of: release, in: blueprint.directory)
      let folder = folder(of: release, values: values)
      let section = release.section == .platform ? "infrastructure" : "apps"
      let application = application(
        release, folder, values, project: projects.name(of: release), wave: waves[release.name] ?? 0)
      return try folder.files() + [RenderedFile("argocd/\(section)/\(release.name).yaml", yaml: [application])]
    }
    return files
  }

  // MARK: The beginning

  private var root: JSON {
    [
      "apiVersion": .string(Self.apiVersion), "kind": "Application",
      "metadata": ["name": "root", "namespace": .string(namespace)],
      "spec": [
        "project": "default", "destination": ["server": .string(Self.cluster), "namespace": .string(namespace)],
        "source": [
          "repoURL": .string(gitops.repository), "targetRevision": .string(gitops.branch),
          "path": .string(gitops.path),
          // What is applied once; the projects are followed like the rest.
          "directory": ["recurse": true, "exclude": "bootstrap/{argocd,kustomization,root}.yaml"],
        ],
        "syncPolicy": ["automated": ["prune": true, "selfHeal": true], "syncOptions": ["ServerSideApply=true"]],
      ],
    ]
  }

  private func bootstrap(_ files: [RenderedFile]) -> JSON {
    let names = files.map { String($0.path.dropFirst("argocd/bootstrap/".count)) }.sorted()
    return [
      "apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization",
      "resources": .array(names.map { .string($0) }),
    ]
  }

  /// Argo CD's own chart, where Kubernetes can install charts: k3s brings what does it.
  private var firstChart: (release: Release, chart: ChartPlace)? {
    guard let distribution = blueprint.kubernetes?.distribution, distribution == .k3s || distribution == .k3d,
      let release = engine, let chart = ChartPlace(release)
    else { return nil }
    return (release, chart)
  }

  /// https://docs.k3s.io/helm: a chart that k3s installs, under the name and with the values that Argo CD then keeps.
  private func first(_ engine: (release: Release, chart: ChartPlace)) throws(ManifestError) -> JSON {
    let values = try manifests.values(of: engine.release, in: blueprint.directory)
    var spec: JSON = [
      "targetNamespace": .string(engine.release.namespace.name), "createNamespace": true,
      "version": .string(engine.chart.version), "valuesContent": .string(values.yaml),
    ]
    if engine.chart.isOCI {
      spec["chart"] = .string(engine.chart.url)
    } else {
      spec["chart"] = .string(engine.chart.name ?? "")
      spec["repo"] = .string(engine.chart.url)
    }
    return [
      "apiVersion": "helm.cattle.io/v1", "kind": "HelmChart",
      "metadata": ["name": .string(engine.release.name), "namespace": "kube-system"], "spec": spec,
    ]
  }

  // MARK: Releases

  /// What of a release Argo CD reads as a kustomization. It has no words for changes of what a chart gives, and kustomize
  /// has: there such a chart is rendered (`kustomize.buildOptions: --enable-helm`).
  private func folder(of release: Release, values: JSON) -> ManifestFolder {
    var folder = ManifestFolder(release: release, manifests: manifests, directory: blueprint.directory)
    folder.kept = ["argocd.argoproj.io/sync-options": "Delete=false,Prune=false"]
    guard case .chart(let source) = release.source, !release.kustomizePatches.isEmpty else { return folder }
    var chart: JSON = [
      "releaseName": .string(release.name), "namespace": .string(release.namespace.name), "includeCRDs": true,
      "skipTests": true, "valuesInline": values,
    ]
    var helm: JSON = [:]
    switch source {
    case .repository(let url, let name, let version, _):
      chart = chart.overlaid(with: ["name": .string(name), "repo": .string(url), "version": .string(version)])
    case .oci(let url, let version, _):
      let slash = url.lastIndex(of: "/") ?? url.endIndex
      chart = chart.overlaid(with: [
        "name": .string(String(url[slash...].dropFirst())), "repo": .string(String(url[..<slash])),
        "version": .string(version),
      ])
    case .directory(let path, _):
      let slash = path.lastIndex(of: "/")
      chart["name"] = .string(slash.map { String(path[$0...].dropFirst()) } ?? path)
      helm["helmGlobals"] = ["chartHome": .string("../../../\(slash.map { String(path[..<$0]) } ?? "")")]
    }
    helm["helmCharts"] = [chart]
    folder.helm = helm
    return folder
  }

  private func application(
    _ release: Release, _ folder: ManifestFolder, _ values: JSON, project: String, wave: Int
  ) -> JSON {
    var sources: [JSON] = []
    let git: JSON = ["repoURL": .string(gitops.repository), "targetRevision": .string(gitops.branch)]
    let helm: JSON = ["helm": ["releaseName": .string(release.name), "valuesObject": values]]
    if folder.helm == nil {
      if let chart = ChartPlace(release) {
        var source: JSON = ["repoURL": .string(chart.repository), "targetRevision": .string(chart.version)]
        if let name = chart.name { source["chart"] = .string(name) }
        sources.append(source.overlaid(with: helm))
      } else if case .chart(.directory(let path, _)) = release.source {
        sources.append(git.overlaid(with: ["path": .string(gitops.place(beside: path))]).overlaid(with: helm))
      }
    }
    if folder.isNeeded { sources.append(git.overlaid(with: ["path": .string("\(gitops.tree)/\(folder.path)")])) }
    let options: [JSON] = [
      "ServerSideApply=true", "CreateNamespace=true", "SkipDryRunOnMissingResource=true", "PruneLast=true",
    ]
    var policy: JSON = [
      "automated": ["prune": true, "selfHeal": true], "syncOptions": .array(options),
      "retry": ["limit": .int(5), "backoff": ["duration": "10s", "factor": 2, "maxDuration": "5m"]],
    ]
    for (field, pairs) in [("labels", release.namespace.labels), ("annotations", release.namespace.annotations)]
    where !pairs.isEmpty {
      policy[path: "managedNamespaceMetadata", field] = .strings(pairs)
    }
    return [
      "apiVersion": .string(Self.apiVersion), "kind": "Application",
      "metadata": [
        "name": .string(release.name), "namespace": .string(namespace),
        "annotations": ["argocd.argoproj.io/sync-wave": .string("\(wave)")],
      ],
      "spec": [
        "project": .string(project),
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

  private var engine: Release? {
    let names = ["argocd", "argo-cd"]
    return blueprint.releases.first { names.contains($0.name) }
  }

  /// Where Argo CD itself lives.
  private var namespace: String { engine?.namespace.name ?? "argocd" }
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
