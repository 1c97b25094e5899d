import Blueprint
import Foundation
import JSON
import Process
import Redaction
import Render
import Testing

/// Where Talos' own schemas lie.
enum TalosSchemas {
  static let folder: String? = {
    let root = "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    let folders = [
      ProcessInfo.processInfo.environment["CROFT_SCHEMAS"], "\(root)/shared/schemas", "\(root)/../shared/schemas",
    ]
    return folders.compactMap { $0 }.first { FileManager.default.fileExists(atPath: "\($0)/talos-config-v1.13.json") }
  }()
}

/// Machine configurations as a validator sees them that others wrote, against Talos' own JSON Schema.
@Suite(
  .enabled(
    if: Executable.find("check-jsonschema") != nil,
    "check-jsonschema is not in PATH; scripts/install-validator installs it and prints where it is"),
  .enabled(if: TalosSchemas.folder != nil, "Talos' schemas are not there: ../shared/schemas, or CROFT_SCHEMAS"),
  .timeLimit(.minutes(5)))
struct TalosSchemaTests {
  @Test func machines() async throws {
    let blueprint = try TreeTests.blueprint(TalosTests.cluster)
    let files = try await tree(of: blueprint)
    let secrets = TalosSecrets(now: 1_700_000_000)
    let talos = try #require(TalosTree(blueprint))
    let folder = NSTemporaryDirectory() + "croft-talos-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var paths: [String] = []
    func add(_ name: String, _ text: String) throws {
      let documents = try TalosTests.documents([RenderedFile(name, text)], name)
      for (index, document) in documents.enumerated() {
        paths.append("\(folder)/\(name)-\(index).json")
        try Data(document.text.utf8).write(to: URL(fileURLWithPath: paths[paths.count - 1]))
      }
    }
    for node in blueprint.nodes {
      try add(node.name, try #require(files.first { $0.path == "talos/machines/\(node.name).yaml" }).text)
      try add("\(node.name)-whole", try #require(talos.configuration(of: node.name, secrets: secrets)).reveal())
    }
    #expect(paths.count > 60)
    let schema = try #require(TalosSchemas.folder) + "/talos-config-v1.13.json"
    let output = try await Command("check-jsonschema", ["--schemafile", schema] + paths).run(timeout: .seconds(120))
    #expect(output.isSuccess, "\(output.text.prefix(4000))")

    // The validator does see what is wrong.
    try Data(#"{"version": "v1alpha1", "machine": {"network": {"hostname": "a"}}}"#.utf8).write(
      to: URL(fileURLWithPath: "\(folder)/wrong.json"))
    let wrong = try await Command("check-jsonschema", ["--schemafile", schema, "\(folder)/wrong.json"]).run(
      timeout: .seconds(300))
    #expect(!wrong.isSuccess)
  }
}
