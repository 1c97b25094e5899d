import Blueprint
import Catalog
import Diagnostics
import JSON
import YAML

/// The folder `deploy`: what a NixOS machine rolls out by itself, in the order of the layers, with Helm and kubectl.
struct Deployment {
  let blueprint: Blueprint
  let manifests: Manifests
  let secrets: [NixOSSecret]

  private static let root = "\(NixOSTree.root)/deploy"

  /// Whether a release is read from beside the cluster file.
  var usesFolder: Bool { blueprint.releases.contains { folder(of: $0) != nil } }

  func files() throws(ManifestError) -> [RenderedFile] {
    var files = [
      RenderedFile("\(Self.root)/deploy.sh", script), RenderedFile("\(Self.root)/namespaces.yaml", yaml: namespaces),
    ]
    for release in blueprint.releases {
      var folder = ManifestFolder(release: release, manifests: manifests, directory: blueprint.directory)
      folder.root = Self.root
      folder.base = "base"
      if release.source.isChart {
        folder.chart = "chart.yaml"
        files.append(
          RenderedFile("\(folder.path)/values.yaml", yaml: [try manifests.values(of: release, in: blueprint.directory)])
        )
      }
      files += try folder.files()
    }
    return files
  }

  private var namespaces: [JSON] {
    var made: [String: JSON] = [:]
    for release in blueprint.releases where release.namespace.name != "default" {
      let namespace = release.namespace
      var metadata = made[namespace.name]?["metadata"] ?? ["name": .string(namespace.name)]
      for (field, pairs) in [("labels", namespace.labels), ("annotations", namespace.annotations)] {
        for (key, value) in pairs.sorted(by: { $0.key < $1.key }) {
          metadata[path: field, key] = .string(value)
        }
      }
      made[namespace.name] = ["apiVersion": "v1", "kind": "Namespace", "metadata": metadata]
    }
    return made.sorted { $0.key < $1.key }.map(\.value)
  }

  // MARK: The script

  private var script: String {
    DeployScript.head + "\n" + plan.map { $0 + "\n" }.joined()
  }

  private var plan: [String] {
    var lines = ["start"]
    let uses = blueprint.secretUses
    for secret in secrets {
      for namespace in (uses[secret.name] ?? []).sorted() {
        lines.append(line("secret", [secret.name, namespace, secret.type ?? "Opaque"] + secret.keys.map(\.name)))
      }
    }
    for release in blueprint.releases { lines += declaration(of: release) }
    let graph = ReleaseGraph(blueprint)
    for (index, names) in graph.layers.enumerated() where !names.isEmpty {
      let layer = graph.hasDeclaredLayers && index < blueprint.layers.count ? blueprint.layers[index] : nil
      let ordered = order(names, graph)
      let waits = ordered.flatMap { blueprint.release($0)?.waitFor ?? [] } + (layer?.waitFor ?? [])
      let name = graph.layerNames[index].replacing(" ", with: "-")
      lines.append(line("group", [name, ordered.joined(separator: " ")] + waits.map(\.description)))
    }
    return lines
  }

  /// What a release is, before the groups name it.
  private func declaration(of release: Release) -> [String] {
    let retries = release.retries ?? layer(of: release)?.retries ?? Release.defaultRetries
    let seconds = (release.timeout ?? Release.defaultTimeout).components.seconds
    var words = [release.name, release.namespace.name, "\(retries)", "\(seconds)"]
    if let chart = ChartPlace(release) {
      words += chart.isOCI ? [chart.url] : [chart.name ?? "", "--repo", chart.url]
      words += ["--version", chart.version]
    }
    var lines = [line("release", words)]
    if case .chart(.directory(let path, _)) = release.source {
      lines[0] += " \"$CLUSTER_FOLDER\"/\(Self.quoted(path))"
    } else if let folder = folder(of: release) {
      lines.append("base \(release.name) \"$CLUSTER_FOLDER\"/\(Self.quoted(folder))")
    }
    for case .object(let kind, let name, let key, let path, let optional, _) in release.valuesFrom {
      lines.append(
        line(
          "values",
          [release.name, kind.rawValue.lowercased(), name, key, path ?? "", optional ? "optional" : "required"]))
    }
    return lines
  }

  /// What of a release lies beside the cluster file and cannot be put into the tree.
  private func folder(of release: Release) -> String? {
    switch release.source {
    case .chart(.directory(let path, _)): path
    case .kustomize(let place, _) where !ManifestFolder.isRemote(place): place
    default: nil
    }
  }

  private func layer(of release: Release) -> Layer? {
    blueprint.layers.first { $0.releases.contains { $0.name == release.name } }
  }

  /// The releases of a layer, each behind what it needs.
  private func order(_ names: [String], _ graph: ReleaseGraph) -> [String] {
    let members = Set(names)
    var ordered: [String] = []
    var seen: Set<String> = []
    func visit(_ name: String) {
      guard members.contains(name), seen.insert(name).inserted else { return }
      for edge in (graph.hard[name] ?? []) + (graph.soft[name] ?? []) { visit(edge.to) }
      ordered.append(name)
    }
    for name in names { visit(name) }
    return ordered
  }

  private func line(_ verb: String, _ words: [String]) -> String {
    ([verb] + words.map(Self.quoted)).joined(separator: " ")
  }

  /// A word for the shell, in quotes where it needs them.
  private static func quoted(_ word: String) -> String {
    let isPlain =
      !word.isEmpty
      && word.unicodeScalars.allSatisfy { scalar in
        scalar.isASCII && (scalar.properties.isAlphabetic || "0"..."9" ~= scalar)
          || "-_./:,=@+".unicodeScalars.contains(scalar)
      }
    return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }
}
