import Blueprint
import Catalog
import Checks
import Diagnostics
import Glibc
import Testing

/// `Malformed/NAME.yaml` is a cluster file that breaks rules (or `Malformed/NAME/` a cluster's folder), and
/// `Malformed/NAME.expected` exactly what Croft says about it. `Clean/` holds files that come near to breaking a rule and
/// do not.
///
/// `CROFT_RECORD=1 swift test --disable-xctest --filter FixtureTests` writes what it says now into the expectations; read
/// the difference before you keep it.
@Suite struct FixtureTests {
  static let tests = "\(#filePath.dropLast("/FixtureTests.swift".count))"

  static func names(in folder: String) throws -> [String] {
    let names = try FileWorkspace().list("\(tests)/\(folder)").filter { !$0.hasSuffix(".expected") }
    return names.map { $0.hasSuffix(".yaml") ? String($0.dropLast(5)) : $0 }.sorted()
  }

  @Test(arguments: try names(in: "Malformed"))
  func saysExactly(_ name: String) throws {
    let path = "\(Self.tests)/Malformed/\(name)"
    let text = try Self.verdict(on: path)
    if getenv("CROFT_RECORD") != nil, let file = fopen(path + ".expected", "w") {
      fputs(text, file)
      fclose(file)
    }
    #expect(try text == String(decoding: FileWorkspace().read(path + ".expected"), as: UTF8.self))
  }

  @Test(arguments: try names(in: "Clean"))
  func saysNothing(_ name: String) throws {
    #expect(try Self.verdict(on: "\(Self.tests)/Clean/\(name)") == "no problems\n")
  }

  @Test func enoughOfThem() throws {
    #expect(try Self.names(in: "Malformed").count >= 20)
    #expect(try Self.names(in: "Clean").count >= 10)
  }

  /// Every rule has a line in one of the expectations.
  @Test func everyRuleIsExercised() throws {
    let all = try Self.names(in: "Malformed").map {
      String(decoding: try FileWorkspace().read("\(Self.tests)/Malformed/\($0).expected"), as: UTF8.self)
    }.joined()
    #expect(allRules.map { $0.about.code }.filter { !all.contains("[\($0)]") } == [])
  }

  private static func verdict(on path: String) throws -> String {
    let files = FileWorkspace()
    let folder = try files.kind(of: path) == .folder
    let workspace = MemoryWorkspace(
      files: folder
        ? try contents(of: path) : ["cluster.yaml": String(decoding: try files.read(path + ".yaml"), as: UTF8.self)])
    let loaded = loadCluster("", reading: workspace)
    var list = loaded.diagnostics
    if let blueprint = loaded.blueprint { list.append(contentsOf: check(blueprint, workspace: workspace)) }
    return Renderer(sources: loaded.sources).render(list)
  }

  private static func contents(of folder: String, prefix: String = "") throws -> [String: String] {
    let files = FileWorkspace()
    var contents: [String: String] = [:]
    for name in try files.list(folder) {
      let path = "\(folder)/\(name)"
      if try files.kind(of: path) == .folder {
        contents.merge(try Self.contents(of: path, prefix: prefix + name + "/")) { first, _ in first }
      } else {
        contents[prefix + name] = String(decoding: try files.read(path), as: UTF8.self)
      }
    }
    return contents
  }
}
