import Blueprint
import Catalog
import JSON
import Kubernetes
import Render
import YAML

@testable import Rollout

/// An object that Croft makes itself, and the place that it comes from.
struct GeneratedObject: Sendable {
  /// A cluster file and a release, or a file of the generated tree.
  var place: String
  var object: Object

  static let root = "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/")

  /// Those of every recorded cluster and every example; what is alike is there once.
  static func all() async throws -> [GeneratedObject] {
    var found: [GeneratedObject] = []
    var seen: Set<String> = []
    func add(_ json: JSON, _ place: String) {
      let object = Object(json).normalized()
      if seen.insert(object.json.text).inserted { found.append(GeneratedObject(place: place, object: object)) }
    }
    for (name, path) in try clusters() {
      guard let blueprint = loadCluster(path).blueprint else { throw Unreadable(path: path) }
      for release in blueprint.releases {
        for json in Catalog.objects(for: release) + release.additions {
          add(namespaced(json, release), "\(name), \(release.name)")
        }
      }
      for engine in GitOpsSpec.Engine.allCases where engine != .croft {
        for file in try await tree(of: blueprint.followed(by: engine), manifests: Manifests(NoFiles()))
        where file.path.hasPrefix("\(engine.rawValue)/") {
          for document in try Document.parse(file.bytes, file: file.path, dialect: .kubernetes) {
            let json = document.json(as: .kubernetes)
            // kubectl's own: no API server knows it.
            if json["apiVersion"]?.string?.hasPrefix("kustomize.config.k8s.io/") == true { continue }
            add(json, "\(name), \(file.path)")
          }
        }
      }
    }
    return found
  }

  private struct Unreadable: Error { var path: String }

  static func clusters() throws -> [(name: String, path: String)] {
    let files = FileWorkspace()
    var found: [(String, String)] = []
    for folder in ["Tests/CatalogTests/Clusters", "Tests/CatalogTests/Components"] {
      for name in try files.list("\(root)/\(folder)").sorted() where name.hasSuffix(".yaml") {
        found.append((name, "\(root)/\(folder)/\(name)"))
      }
    }
    for name in try files.list("\(root)/examples").sorted() {
      let path = "\(root)/examples/\(name)"
      if try files.kind(of: "\(path)/cluster.yaml") == .file { found.append(("examples/\(name)", path)) }
    }
    return found
  }

  /// The server says which kinds stand in a namespace; others take no harm from the release's here.
  private static func namespaced(_ json: JSON, _ release: Release) -> JSON {
    if json[path: "metadata", "namespace"] != nil { return json }
    var json = json
    json[path: "metadata", "namespace"] = .string(release.namespace.name)
    return json
  }
}

/// A user's own manifests are none of Croft's objects; recorded clusters name some that are not there.
struct NoFiles: Workspace {
  func kind(of path: String) -> WorkspaceKind? { .folder }
  func read(_ path: String) -> [UInt8] { [] }
  func list(_ path: String) -> [String] { [] }
}

extension Blueprint {
  /// The same cluster with this engine, so that one file shows what each of them gets.
  func followed(by engine: GitOpsSpec.Engine) -> Blueprint {
    var blueprint = self
    var gitops =
      gitops ?? GitOpsSpec(engine: engine, repository: "https://git.example.net/home.git", path: "", span: span)
    gitops.engine = engine
    gitops.path = "generated/\(engine.rawValue)"
    blueprint.gitops = gitops
    return blueprint
  }
}
