import Blueprint
import Diagnostics
import Glibc
import Testing

/// `Malformed/NAME.yaml` is a cluster file with mistakes (or `Malformed/NAME/` a cluster's folder), and
/// `Malformed/NAME.expected` exactly what Croft says about it. A file that starts with `# --environment dev` is read
/// with that environment.
///
/// `CROFT_RECORD=1 swift test --disable-xctest --filter MalformedTests` writes what it says now into the expectations;
/// read the difference before you keep it.
@Suite struct MalformedTests {
  static let folder = "\(#filePath.dropLast("/MalformedTests.swift".count))/Malformed"

  static var names: [String] {
    get throws {
      try FileWorkspace().list(folder).filter { $0.hasSuffix(".expected") }.map { String($0.dropLast(9)) }.sorted()
    }
  }

  @Test(arguments: try names)
  func saysExactly(_ name: String) throws {
    let files = FileWorkspace()
    let path = "\(Self.folder)/\(name)"
    let workspace: MemoryWorkspace
    if try files.kind(of: path) == .folder {
      workspace = MemoryWorkspace(files: try Self.contents(of: path))
    } else {
      workspace = MemoryWorkspace(files: ["cluster.yaml": try files.read(path + ".yaml")])
    }
    let result = ClusterFile.load(
      "", reading: workspace, components: testComponents, environment: Self.environment(of: workspace))
    let text = Renderer(sources: result.sources).render(result.diagnostics)
    if getenv("CROFT_RECORD") != nil, let file = fopen(path + ".expected", "w") {
      fputs(text, file)
      fclose(file)
    }
    let expected = String(decoding: try files.read(path + ".expected"), as: UTF8.self)
    #expect(text == expected)
    #expect((result.blueprint == nil) == result.diagnostics.hasErrors)
  }

  @Test func enoughOfThem() throws {
    let names = try Self.names
    #expect(names.count >= 90)
    let inputs = try FileWorkspace().list(Self.folder).filter { !$0.hasSuffix(".expected") }
    // Every file of mistakes has its expectation.
    #expect(Set(inputs.map { $0.hasSuffix(".yaml") ? String($0.dropLast(5)) : $0 }) == Set(names))
  }

  private static func environment(of workspace: MemoryWorkspace) -> String? {
    let text = workspace.files["cluster.yaml"].map { String(decoding: $0, as: UTF8.self) } ?? ""
    let line = text.split(separator: "\n").first ?? ""
    return line.hasPrefix("# --environment ") ? String(line.dropFirst(16)) : nil
  }

  private static func contents(of folder: String, prefix: String = "") throws -> [String: [UInt8]] {
    let files = FileWorkspace()
    var contents: [String: [UInt8]] = [:]
    for name in try files.list(folder) {
      let path = "\(folder)/\(name)"
      if try files.kind(of: path) == .folder {
        contents.merge(try Self.contents(of: path, prefix: prefix + name + "/")) { first, _ in first }
      } else {
        contents[prefix + name] = try files.read(path)
      }
    }
    return contents
  }
}
