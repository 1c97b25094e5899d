import Blueprint
import Catalog
import Diagnostics
import Glibc
import JSON
import Process
import Testing

/// What the JSON Schema lets through and what it refuses, as a validator sees it that others wrote
/// (https://check-jsonschema.readthedocs.io).
@Suite(
  .enabled(
    if: Executable.find("check-jsonschema") != nil,
    "check-jsonschema is not in PATH; scripts/install-validator installs it and prints where it is"),
  .timeLimit(.minutes(5)))
struct SchemaValidationTests {
  private static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

  // MARK: What is right

  @Test func theSchemasAreSchemas() async throws {
    try await withFolder { folder in
      var files: [String] = []
      for (name, part) in [("cluster", ClusterFile.Part.main), ("part", .more)] {
        files.append("\(folder)/\(name).json")
        try write(ClusterFile.schema(of: part, components: componentKinds).pretty, to: files[files.count - 1])
      }
      let output = try await Command("check-jsonschema", ["--check-metaschema"] + files).run(timeout: .seconds(300))
      #expect(output.isSuccess, "\(output.text)")
    }
  }

  /// Examples, what the documentation shows, and files that break rules which no schema can know.
  @Test func letsThroughWhatCroftReads() async throws {
    let files = FileWorkspace()
    var main: [String: String] = [:]
    var parts: [String: String] = [:]
    for folder in try files.list("\(Self.root)/examples") {
      let path = "\(Self.root)/examples/\(folder)"
      guard try files.kind(of: "\(path)/cluster.yaml") == .file else { continue }
      let loaded = ClusterFile.load(path, components: componentKinds)
      for (file, text) in loaded.sources {
        if file == "\(path)/cluster.yaml" { main[file] = text } else { parts[file] = text }
      }
    }
    #expect(main.count >= 2)
    for folder in ["Clean", "Malformed"] {
      let path = "\(Self.root)/Tests/ChecksTests/\(folder)"
      for name in try files.list(path).filter({ $0.hasSuffix(".yaml") }) {
        let text = String(decoding: try files.read("\(path)/\(name)"), as: UTF8.self)
        // Nothing may be wrong with the file itself.
        let loaded = ClusterFile.load("", reading: MemoryWorkspace(["cluster.yaml": text]), components: componentKinds)
        if !loaded.diagnostics.hasErrors { main["\(folder)/\(name)"] = text }
      }
    }
    for (index, example) in try DocumentationTests.examples.enumerated() {
      main["docs/cluster-file.md \(index)"] = example.hasPrefix("apiVersion") ? example : head + example
      parts["docs/cluster-file.md \(index)"] = example
    }
    for page in BlueprintPages.all {
      if let text = page.examples?.mended { main["\(page.code) mended"] = head + text }
    }
    main["empty sections"] = head + "nodes:\nplatform:\napps:\nlayers:\nnetwork:\ninclude:\nenvironments:\n"
    #expect(main.count > 80)
    #expect(try await Self.refused(main, .main, componentKinds) == [:])
    #expect(try await Self.refused(parts, .more, componentKinds) == [:])
    #expect(try await Self.refused(["all": EnvironmentTests.cluster], .main, testComponents) == [:])
  }

  // MARK: What is wrong

  /// What no schema can know: it follows from another place of the file, or from another file.
  private static let beyondSchemas: Set<String> = [
    "environment-changes-the-distribution", "environment-unknown", "environment-without-any", "expose-without-domain",
    "nodes-on-another-distribution", "values-read-otherwise",
  ]

  @Test func refusesWhatIsMisshapen() async throws {
    let files = FileWorkspace()
    var texts: [String: String] = [:]
    // Of faults of syntax, a schema hears nothing.
    for name in try MalformedTests.names where !name.hasPrefix("syntax-") {
      let path = "\(MalformedTests.folder)/\(name).yaml"
      guard try files.kind(of: path) == .file else { continue }
      texts[name] = String(decoding: try files.read(path), as: UTF8.self)
    }
    let refused = Set(try await Self.refused(texts, .main, testComponents).keys)
    #expect(Set(texts.keys).subtracting(refused) == Self.beyondSchemas)
    #expect(refused.count >= 65)
  }

  /// The example of each page has one fault, so that each kind of fault is looked at alone.
  @Test func refusesTheBrokenExampleOfEachPage() async throws {
    var texts: [String: String] = [:]
    for page in BlueprintPages.all { page.examples.map { texts[page.code] = head + $0.broken } }
    let refused = Set(try await Self.refused(texts, .main, testComponents).keys)
    let beyond: Set = [
      // Names given twice, values that others read otherwise, a domain that is missing.
      "CR0214", "CR0222", "CR0224",
      // What was asked for, or taken away, is not there.
      "CR0225", "CR0226",
    ]
    #expect(Set(texts.keys).subtracting(refused) == beyond)
  }

  /// Parts need no head, and are refused as strictly otherwise.
  @Test func partsAreRefusedToo() async throws {
    let texts = [
      "good": "nodes: [{name: cow, role: worker}]\n", "role": "nodes: [{name: cow}]\n", "key": "node: []\n",
      "kind": "kind: Pod\napiVersion: v1\nmetadata: {name: web}\n", "list": "[web]\n",
    ]
    let refused = try await Self.refused(texts, .more, testComponents)
    #expect(Set(refused.keys) == ["role", "key", "kind", "list"])
  }

  @Test func componentsOfTheUsersOwn() async throws {
    let head = "apiVersion: croft.dev/v1alpha1\nkind: Component\nname: thing\nsummary: A thing.\n"
    let page = String(
      decoding: try FileWorkspace().read("\(Self.root)/docs/own-components.md"), as: UTF8.self)
    let example = page.split(separator: "```yaml\n")[1].split(separator: "\n```")[0]
    let good = [
      "example": String(example), "smallest": head + "objects: []\n",
      "nested": head + "objects: []\noptions: {a: {type: object, description: A., properties: {b: {type: integer}}}}\n",
    ]
    #expect(try await Self.refused(good, by: OwnComponent.schema) == [:])
    let bad = [
      "no name": head.replacing("name: thing\n", with: "") + "objects: []\n", "no source": head,
      "key": head + "objects: []\nsise: 1\n", "type": head + "objects: []\noptions: {a: {type: strnig}}\n",
      "nested": head + "objects: []\noptions: {a: {type: object, properties: {b: {type: text}}}}\n",
      "values alone": head + "objects: []\nvalues: {a: 1}\n", "object": head + "objects: [{kind: ConfigMap}]\n",
      "opening": head + "objects: []\nopenings: [{ports: [80], because: It must.}]\n",
    ]
    #expect(Set(try await Self.refused(bad, by: OwnComponent.schema).keys) == Set(bad.keys))
  }

  /// - Returns: what the validator says of each file that it refuses, by the file's name.
  private static func refused(
    _ texts: [String: String], _ part: ClusterFile.Part, _ components: [ComponentKind]
  ) async throws -> [String: String] {
    try await refused(texts, by: ClusterFile.schema(of: part, components: components))
  }

  private static func refused(_ texts: [String: String], by schema: JSON) async throws -> [String: String] {
    try await withFolder { folder in
      try write(schema.text, to: "\(folder)/schema.json")
      let names = texts.keys.sorted()
      for (index, name) in names.enumerated() { try write(texts[name] ?? "", to: "\(folder)/\(index).yaml") }
      let paths = names.indices.map { "\(folder)/\($0).yaml" }
      let output = try await Command(
        "check-jsonschema", ["--schemafile", "\(folder)/schema.json", "--output-format", "json"] + paths
      ).run(timeout: .seconds(120))
      let answer = try JSON(parsing: output.text)
      var refused: [String: String] = [:]
      for error in (answer["errors"]?.array ?? []) + (answer["parse_errors"]?.array ?? []) {
        let file = error["filename"]?.string ?? ""
        let number = file.dropFirst(folder.count + 1).dropLast(".yaml".count)
        let name = Int(number).map { names[$0] } ?? file
        refused[name, default: ""] += "\(error["path"]?.string ?? ""): \(error["message"]?.string ?? error.text)\n"
      }
      #expect(output.isSuccess == refused.isEmpty, "\(output.text)\(output.errorText)")
      return refused
    }
  }
}

extension Page {
  /// The page's file with a fault and the same mended.
  fileprivate var examples: (broken: String, mended: String)? {
    let blocks = body.split(separator: "```yaml\n").dropFirst().map { String($0.split(separator: "\n```")[0]) }
    return blocks.count == 2 ? (blocks[0], blocks[1]) : nil
  }
}

private func withFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
  var name = Array("/tmp/croft-schema-XXXXXX".utf8CString)
  _ = mkdtemp(&name)
  let folder = String(decoding: name.dropLast().map(UInt8.init), as: UTF8.self)
  do {
    let result = try await body(folder)
    _ = try await Command("rm", ["-rf", folder]).run()
    return result
  } catch {
    _ = try await Command("rm", ["-rf", folder]).run()
    throw error
  }
}

private func write(_ text: String, to path: String) throws {
  let file = try #require(fopen(path, "w"))
  fputs(text, file)
  fclose(file)
}
