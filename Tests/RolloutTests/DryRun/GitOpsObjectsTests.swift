import Blueprint
import Catalog
import Foundation
import JSON
import Kubernetes
import Lab
import Process
import Render
import Testing
import YAML

@testable import Rollout

/// What Argo CD and Flux would apply, made from the generated tree by the programs that they are built on, is what
/// `croft deploy` applies: an engine takes a cluster over without a difference (acceptance S1.16).
@Suite(.enabled(if: Lab.isAvailable, "\(Lab.unavailable)"), .timeLimit(.minutes(10)))
struct GitOpsObjectsTests {
  /// Everything that an engine has to say in other words than Croft: charts from a repository and from a folder, with
  /// patches of each kind, nodes, values from files; images, manifests and kustomizations, patched and placed.
  private static let special = """
    apiVersion: croft.dev/v1alpha1
    kind: Cluster
    name: special
    nodes:
      - {name: a, role: control-plane, addresses: [10.0.0.1]}
      - name: b
        role: worker
        addresses: [10.0.0.2]
        power: {mode: on-demand, wake: {mac: "6c:4b:90:11:22:33"}}
        taints: [workload=ai:NoSchedule]
        labels: {disk: fast}
    network: {nodes: 10.0.0.0/24}
    platform:
      dns:
        namespace: {name: names, labels: {team: home}, annotations: {note: kept}}
        chart: {repository: "https://example.net/charts", name: external-dns, version: 1.21.1}
        valuesFrom: [{file: values.yaml}]
        values: {fullnameOverride: external-dns, provider: {name: cloudflare}}
        nodes: {power: on-demand}
        patches:
          - target: {kind: ClusterRole}
            operations: [{op: add, path: /metadata/labels/seen, value: "yes"}]
          - target: {kind: Deployment}
            merge:
              spec:
                revisionHistoryLimit: 2
                template: {spec: {containers: [{name: only, image: "x:1"}], initContainers: [{name: first, image: "x:1"}]}}
    apps:
      folder:
        chart: {path: charts/metallb}
        nodes: {names: [a]}
      files:
        manifests: [manifests/files.yaml]
        nodes: {labels: {disk: fast}}
        patches:
          - target: {kind: ConfigMap}
            merge: {data: {gone: null, more: "1"}}
      base:
        kustomize: base
        nodes: {power: on-demand}
        patches: [{target: {kind: Service}, merge: {spec: {ports: [{name: other, port: 81}]}}}]
      web:
        image: nginx:1.29.4
        port: 80
        storage: {data: {size: 1Gi, mount: /data}}
        nodes: {names: [b]}
        patches: [{target: {kind: Service}, merge: {metadata: {labels: {seen: "yes"}}}}]
    """

  private static let workload = """
    apiVersion: apps/v1
    kind: DaemonSet
    metadata: {name: files}
    spec:
      selector: {matchLabels: {app: files}}
      template:
        metadata: {labels: {app: files}}
        spec: {containers: [{name: a, image: "a:1"}]}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: files}
    spec: {selector: {app: files}, ports: [{name: a, port: 80}]}
    ---
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: files}
    data: {gone: "1", stays: "2"}
    """

  @Test(arguments: [GitOpsSpec.Engine.argocd, .flux])
  func enginesApplyWhatCroftApplies(_ engine: GitOpsSpec.Engine) async throws {
    let charts = try ChartServer.charts(in: GeneratedObject.root + "/examples/lab-charts")
    try await withScenario("gitops-\(engine.rawValue)") { home in
      try home.write("cluster.yaml", Self.special)
      try home.write("values.yaml", "logLevel: debug\nprovider: {name: other}\n")
      try home.write("manifests/files.yaml", Self.workload)
      try home.write("base/kustomization.yaml", "resources: [objects.yaml]\n")
      try home.write("base/objects.yaml", Self.workload)
      try FileManager.default.createDirectory(atPath: home.folder + "/charts", withIntermediateDirectories: true)
      try FileManager.default.copyItem(
        atPath: GeneratedObject.root + "/examples/lab-charts/metallb", toPath: home.folder + "/charts/metallb")
      try await withChartServer(charts: charts) { server in
        for path in [home.folder, GeneratedObject.root + "/examples/nixlab"] {
          let blueprint = try #require(loadCluster(path).blueprint)
          let differences = try await Comparison(home: home, mirror: server.url, engine: engine).run(blueprint)
          #expect(differences == [])
        }
      }
    }
  }
}

/// One cluster's releases, by Croft and by an engine.
private struct Comparison {
  let home: Scenario
  let mirror: String
  let engine: GitOpsSpec.Engine

  /// - Returns: the releases whose objects are not the same, with those of both.
  func run(_ original: Blueprint) async throws -> [String] {
    let blueprint = original.followed(by: engine)
    let tree = home.folder + "/generated"
    try? FileManager.default.removeItem(atPath: tree)
    try await GeneratedFolder(tree).write(Render.tree(of: blueprint))
    let session = try await Session(
      environment: home.environment(chartMirror: mirror), blueprint: blueprint, journal: nil, run: "test",
      stop: StopSignal(), lease: RunLease(environment: home.environment()), sink: { _ in })
    var renderer = try await Renderer(session: session, writesLock: false)
    renderer = Renderer(
      environment: renderer.environment, directory: renderer.directory, charts: renderer.charts,
      version: renderer.version, discovery: renderer.discovery, connected: false)
    var differences: [String] = []
    for release in blueprint.releases {
      let ours = try await renderer.render(release, isUpgrade: false).objects
      let theirs = try await objects(of: release, blueprint, tree, renderer.discovery)
      #expect(!ours.isEmpty)
      let (left, right) = (Self.texts(ours), Self.texts(theirs))
      if left != right {
        let onlyOurs = left.filter { !right.contains($0) }
        let onlyTheirs = right.filter { !left.contains($0) }
        differences.append("\(release.name): \(onlyOurs) ≠ \(onlyTheirs)")
      }
    }
    return differences
  }

  /// Charts roll dice for passwords: of a Secret the keys count.
  private static func texts(_ objects: [Object]) -> [String] {
    objects.map { object in
      var json = object.json
      if object.isSecret { json["data"] = json["data"].map { .array(($0.object?.keys ?? []).map { .string($0) }) } }
      return json.sorted.text
    }.sorted()
  }

  /// As the engine makes them: its own object says how.
  private func objects(
    of release: Release, _ blueprint: Blueprint, _ tree: String, _ discovery: Discovery
  ) async throws -> [Object] {
    var found: [Object] = []
    for part in try engine == .argocd ? argoCD(release, tree) : flux(release, tree) {
      let text: [UInt8]
      switch part {
      case .folder(let path): text = try await kustomize(path)
      case .chart(let values, let patches): text = try await chart(of: release, blueprint, values, patches)
      }
      found += try ManifestReader.objects(text, file: "objects", release: release.name)
    }
    // What an engine says of its own is no part of the cluster file.
    let own = ["argocd.argoproj.io/sync-options", "kustomize.toolkit.fluxcd.io/prune"]
    return found.map { object in
      var object = object
      for key in own { object.json[path: "metadata", "annotations", key] = nil }
      object = object.normalized()
      let isNamespaced =
        discovery.resource(object.gvk.groupKind)?.isNamespaced ?? !KnownScopes.cluster.contains(object.gvk.groupKind)
      object.namespace = isNamespaced ? object.namespace ?? release.namespace.name : nil
      return object
    }.filter { Hook($0) == nil }
  }

  private enum Part {
    case folder(String)
    case chart(values: JSON, patches: JSON?)
  }

  private func argoCD(_ release: Release, _ tree: String) throws -> [Part] {
    let section = release.section == .platform ? "infrastructure" : "apps"
    let application = try document("\(tree)/argocd/\(section)/\(release.name).yaml")[0]
    #expect(application[path: "spec", "destination", "namespace"]?.string == release.namespace.name)
    return (application[path: "spec", "sources"]?.array ?? []).map { source in
      if let helm = source["helm"] {
        #expect(helm["releaseName"]?.string == release.name)
        return .chart(values: helm["valuesObject"] ?? [:], patches: nil)
      }
      return .folder("\(home.folder)/\(source["path"]?.string ?? "")")
    }
  }

  private func flux(_ release: Release, _ tree: String) throws -> [Part] {
    try document("\(tree)/flux/releases/\(release.name).yaml").flatMap { kustomization -> [Part] in
      let path = home.folder + (kustomization[path: "spec", "path"]?.string?.dropFirst() ?? "")
      guard FileManager.default.fileExists(atPath: "\(path)/release.yaml") else { return [.folder(path)] }
      let spec = try document("\(path)/release.yaml")[0]["spec"] ?? [:]
      #expect(spec["releaseName"]?.string == release.name)
      #expect(spec["targetNamespace"]?.string == release.namespace.name)
      return [
        .chart(
          values: spec["values"] ?? [:], patches: spec["postRenderers"]?[0]?[path: "kustomize", "patches"])
      ]
    }
  }

  private func document(_ path: String) throws -> [JSON] {
    try Document.parse(FileWorkspace().read(path), file: path, dialect: .kubernetes).map { $0.json(as: .kubernetes) }
  }

  private func chart(
    of release: Release, _ blueprint: Blueprint, _ values: JSON, _ patches: JSON?
  ) async throws -> [UInt8] {
    guard case .chart(let source) = release.source else { return [] }
    var arguments = [
      "template", release.name, "--namespace", release.namespace.name, "--include-crds", "--values", "-",
    ]
    switch source {
    case .repository(_, let name, let version, _): arguments += [name, "--repo", mirror, "--version", version]
    case .oci: Issue.record("the lab serves no charts of registries")
    case .directory(let path, _): arguments.append("\(blueprint.directory)/\(path)")
    }
    let output = try await Command(Lab.helm, arguments, input: Array(values.text.utf8)).run(timeout: .seconds(300))
    try #require(output.isSuccess, "\(output)")
    guard let patches else { return output.standardOutput }
    // As Flux does it: the chart's objects are the only resource of a kustomization.
    let folder = "\(home.folder)/patched"
    try home.write("patched/chart.yaml", output.text)
    try home.write("patched/kustomization.yaml", (["resources": ["chart.yaml"], "patches": patches] as JSON).text)
    return try await kustomize(folder)
  }

  /// kustomize of kubectl 1.33 asks Helm for its version in words that Helm 4 does not know.
  private func kustomize(_ path: String) async throws -> [UInt8] {
    let kustomization = try document("\(path)/kustomization.yaml")[0]
    var arguments = ["kustomize", path, "--load-restrictor", "LoadRestrictionsNone"]
    if kustomization["helmCharts"] != nil {
      try home.write("helm", "#!/bin/sh\n[ \"$1\" = version ] && exec echo v3.18.0\nexec \(Lab.helm) \"$@\"\n")
      chmod(home.folder + "/helm", 0o755)
      let text = kustomization.text.replacing(/"repo":"[^"]*"/, with: "\"repo\":\"\(mirror)\"")
      try FileManager.default.removeItem(atPath: "\(path)/kustomization.yaml")
      try Data(text.utf8).write(to: URL(filePath: "\(path)/kustomization.yaml"))
      arguments += ["--enable-helm", "--helm-command", home.folder + "/helm"]
    }
    let output = try await Command(Lab.kubectl, arguments).run(timeout: .seconds(300))
    try #require(output.isSuccess, "\(output)")
    return output.standardOutput
  }
}

extension JSON {
  /// With the keys of every object in order, which mean nothing.
  fileprivate var sorted: JSON {
    switch self {
    case .object(let object):
      .object(JSONObject(object.sorted { $0.key < $1.key }.map { .init($0.key, $0.value.sorted) }))
    case .array(let elements): .array(elements.map(\.sorted))
    default: self
    }
  }
}
