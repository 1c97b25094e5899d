import Blueprint
import Catalog
import Diagnostics
import Foundation
import JSON
import Testing

/// A cluster file in `Components`, and beside it what its components become.
struct ComponentFixture: Sendable, CustomTestStringConvertible {
  var name: String
  var testDescription: String { name }

  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Components")
  static let all: [ComponentFixture] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []
    return files.filter { $0.hasSuffix(".yaml") }.sorted().map { ComponentFixture(name: String($0.dropLast(5))) }
  }()

  /// What is recorded of it.
  var record: URL { Self.folder.appending(path: "\(name).json") }

  func load() -> ClusterFile.LoadResult { loadCluster(Self.folder.appending(path: "\(name).yaml").path()) }
}

extension Release {
  /// What matters of it, without the places in the file.
  var record: JSON {
    var record: JSON = [
      "name": .string(name), "namespace": .string(namespace.name), "source": sourceRecord,
    ]
    func add(_ key: String, _ list: [JSON]) { if !list.isEmpty { record[key] = .array(list) } }
    if !namespace.labels.isEmpty {
      record["namespaceLabels"] = .array(
        namespace.labels.sorted { $0.key < $1.key }.map { .string("\($0.key)=\($0.value)") })
    }
    add("dependsOn", dependsOn.map { .string($0.name) })
    add("after", after.map { .string($0.name) })
    add("waitFor", waitFor.map { .string("\($0)") })
    if values != [:] { record["values"] = values }
    add(
      "patches",
      patches.map { patch in
        switch patch.change {
        case .merge(let change):
          ["kind": .string(patch.target.kind ?? ""), "name": .string(patch.target.name ?? ""), "merge": change]
        case .operations(let operations):
          [
            "kind": .string(patch.target.kind ?? ""), "name": .string(patch.target.name ?? ""),
            "operations": .array(operations),
          ]
        }
      })
    add("exposures", exposures.map { .string("\($0.host.value) → \($0.service ?? name):\($0.port ?? 0)") })
    add("objects", Catalog.objects(for: self) + additions)
    return record
  }

  private var sourceRecord: JSON {
    switch source {
    case .chart(.repository(let url, let name, let version, _)): .string("\(url) \(name) \(version)")
    case .chart(.oci(let url, let version, _)): .string("\(url) \(version)")
    case .chart(.directory(let path, _)): .string(path)
    case .kustomize(let path, _): .string("kustomize \(path)")
    case .manifests: "objects"
    case .image(let workload): .string("image \(workload.image)")
    }
  }
}

extension ComponentPart {
  /// What it says of itself besides its releases.
  var record: JSON {
    var record: JSON = ["component": .string(use.component)]
    func add(_ key: String, _ list: [String]) {
      if !list.isEmpty { record[key] = .array(list.map { .string($0) }) }
    }
    add(
      "secrets",
      contribution.secrets.map { "\($0.namespace)/\($0.name): \($0.keys.joined(separator: ", ")) – \($0.reason)" })
    add(
      "openings",
      contribution.openings.map { opening in
        let ports = opening.ports.map { "\($0)/\(opening.transport)" }.joined(separator: " ")
        return "\(opening.direction) \(opening.peer) \(ports.isEmpty ? "all" : ports) – \(opening.reason)"
      })
    add("problems", contribution.problems.map { "\($0.severity): \($0.message); \($0.fix)" })
    let overhead = contribution.overhead ?? about.overhead
    record["overhead"] = .string(
      "\(overhead.memory) MiB, \(overhead.cpu)m; per node \(overhead.memoryPerNode) MiB, \(overhead.cpuPerNode)m")
    return record
  }
}
