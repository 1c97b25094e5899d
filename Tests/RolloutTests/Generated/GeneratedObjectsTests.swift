import Blueprint
import Catalog
import Foundation
import JSON
import Kubernetes
import Lab
import Render
import Testing
import YAML

@testable import Rollout

private let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized
private let definitions = root.appending(path: "../shared/crds").standardized
private let hasDefinitions = FileManager.default.fileExists(atPath: definitions.path())

/// Every object that Croft itself makes of a cluster file, as a real API server with the real definitions takes it: those
/// of applications and components, and what Argo CD and Flux follow.
@Suite(
  .enabled(if: Lab.isAvailable && hasDefinitions, "needs the definitions in ../shared/crds"),
  .timeLimit(.minutes(5)))
struct GeneratedObjectsTests {
  /// Kinds whose definitions are not in the folder: they are not looked at.
  private static let unknown: Set<String> = [
    "Bundle.trust.cert-manager.io", "Postgres.db.movetokube.com", "PostgresUser.db.movetokube.com",
  ]

  /// Versions that the test's API server is too old for; the older ones have the same fields.
  private static let older = [
    "policy/v1": "policy/v1beta1", "autoscaling/v2": "autoscaling/v2beta2", "batch/v1 CronJob": "batch/v1beta1",
  ]

  @Test func areTakenByTheServer() async throws {
    let found = try Self.objects()
    #expect(found.count > 200)
    try await withControlPlane(.apiServerOnly) { plane in
      let cluster = Cluster(plane.access, clock: ContinuousClock())
      let missing = try await Self.define(Set(found.map { $0.object.gvk.groupKind }), in: cluster)
      #expect(missing.subtracting(Self.unknown) == [], "no definition in ../shared/crds")
      let namespace = try #require(try await cluster.discovery(refresh: true).resource(GroupKind("Namespace")))
      for name in Set(found.compactMap(\.object.namespace)) where !["default", "kube-system"].contains(name) {
        let object = Object(["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]])
        _ = try await cluster.create(object, namespace, dryRun: false)
      }
      let served = try await Self.discovery(of: cluster, with: found)
      for one in found where !missing.contains(one.object.gvk.groupKind.description) {
        guard let resource = served.resource(one.object.gvk) else {
          Issue.record("\(one.place): \(one.object.gvk) is not served")
          continue
        }
        var object = one.object
        if resource.isNamespaced, object.namespace == nil { object.namespace = "default" }
        do {
          _ = try await cluster.apply(object, resource, ApplyOptions(force: true, dryRun: true))
        } catch {
          Issue.record("\(one.place): \(object.gvk.kind) \(object.name): \(error)")
        }
      }
    }
  }

  // MARK: Objects

  private struct Found: Sendable {
    /// The cluster file or generated file that it comes from.
    var place: String
    var object: Object
  }

  /// Objects that look alike are taken once.
  private static func objects() throws -> [Found] {
    var found: [Found] = []
    var seen: Set<String> = []
    func add(_ json: JSON, _ place: String) {
      var json = json
      let version = json["apiVersion"]?.string ?? ""
      if let old = older[version] ?? older["\(version) \(json["kind"]?.string ?? "")"] {
        json["apiVersion"] = .string(old)
      }
      let object = Object(forOldServer(json)).normalized()
      if seen.insert(object.json.text).inserted { found.append(Found(place: place, object: object)) }
    }
    for path in try clusters() {
      guard let blueprint = loadCluster(path).blueprint else { continue }
      let name = path.split(separator: "/").suffix(2).joined(separator: "/")
      for release in blueprint.releases {
        for json in Catalog.objects(for: release) + release.additions { add(json, "\(name), \(release.name)") }
      }
      for file in (try? tree(of: blueprint)) ?? [] where file.path.hasPrefix("argocd/") || file.path.hasPrefix("flux/")
      {
        for document in try YAML.Document.parse(file.bytes, file: file.path, dialect: .kubernetes) {
          let json = document.json(as: .kubernetes)
          // Kustomizations for kubectl are no objects of the API.
          if json["kind"]?.string == "Kustomization", json["apiVersion"]?.string?.hasPrefix("kustomize.config") == true
          {
            continue
          }
          if json["apiVersion"] != nil { add(json, "\(name), \(file.path)") }
        }
      }
    }
    return found
  }

  /// What a server of 1.20 does not have: balancers for two protocols (1.26), empty texts in custom resources.
  private static func forOldServer(_ json: JSON) -> JSON {
    var json = json
    let protocols = Set(json[path: "spec", "ports"]?.array?.map { $0["protocol"]?.string ?? "TCP" } ?? [])
    if json["kind"] == "Service", protocols.count > 1 { json[path: "spec", "type"] = "NodePort" }
    return json["apiVersion"]?.string?.contains(".") == true ? withoutEmptyTexts(json) : json
  }

  private static func withoutEmptyTexts(_ json: JSON) -> JSON {
    switch json {
    case .object(let object):
      .object(JSONObject(object.members.map { JSONObject.Member($0.key, withoutEmptyTexts($0.value)) }))
    case .array(let elements): .array(elements.map(withoutEmptyTexts))
    case "": "empty"
    default: json
    }
  }

  private static func clusters() throws -> [String] {
    let files = FileManager.default
    var paths: [String] = []
    for folder in ["Tests/CatalogTests/Clusters", "Tests/CatalogTests/Components"] {
      paths += try files.contentsOfDirectory(atPath: root.appending(path: folder).path()).filter {
        $0.hasSuffix(".yaml")
      }
      .sorted().map { root.appending(path: "\(folder)/\($0)").path() }
    }
    let examples = root.appending(path: "examples").path()
    paths += try files.contentsOfDirectory(atPath: examples).sorted().map { "\(examples)/\($0)" }
      .filter { files.fileExists(atPath: "\($0)/cluster.yaml") }
    return paths
  }

  // MARK: Definitions

  /// Makes the definitions of kinds that the API server does not know.
  /// - Returns: kinds that have none in the folder.
  private static func define(_ kinds: Set<GroupKind>, in cluster: Cluster) async throws -> Set<String> {
    let discovery = try await cluster.discovery(refresh: true)
    var wanted = kinds.filter { discovery.resource($0) == nil }
    let definition = try #require(
      discovery.resource(GroupKind("CustomResourceDefinition.apiextensions.k8s.io")))
    let files = FileManager.default.enumerator(atPath: definitions.path())
    while let name = files?.nextObject() as? String {
      guard name.hasSuffix(".yaml"), !name.contains("experimental") else { continue }
      let bytes = Array(try Data(contentsOf: definitions.appending(path: name)))
      for document in (try? YAML.Document.parse(bytes, file: name, dialect: .kubernetes)) ?? [] {
        let json = document.json(as: .kubernetes)
        guard json["kind"]?.string == "CustomResourceDefinition" else { continue }
        let kind = GroupKind(
          group: json[path: "spec", "group"]?.string ?? "", kind: json[path: "spec", "names", "kind"]?.string ?? "")
        guard wanted.remove(kind) != nil else { continue }
        _ = try await cluster.create(Object(withoutEmptyDefaults(json)), definition, dryRun: false)
      }
    }
    return Set(wanted.map(\.description))
  }

  /// A server of 1.20 reads an empty text as none, and refuses that; lists whose keys had that default are plain lists.
  private static func withoutEmptyDefaults(_ json: JSON) -> JSON {
    switch json {
    case .object(let object):
      .object(
        JSONObject(
          object.members.filter { !$0.key.hasPrefix("x-kubernetes-list-") && ($0.key != "default" || $0.value != "") }
            .map { JSONObject.Member($0.key, withoutEmptyDefaults($0.value)) }))
    case .array(let elements): .array(elements.map(withoutEmptyDefaults))
    default: json
    }
  }

  /// As soon as every definition is served.
  private static func discovery(of cluster: Cluster, with found: [Found]) async throws -> Discovery {
    let kinds = Set(found.map(\.object.gvk)).filter { !unknown.contains($0.groupKind.description) }
    for _ in 0..<120 {
      let discovery = try await cluster.discovery(refresh: true)
      if kinds.allSatisfy({ discovery.resource($0) != nil }) { return discovery }
      try await Task.sleep(for: .milliseconds(500))
    }
    return try await cluster.discovery(refresh: true)
  }
}
