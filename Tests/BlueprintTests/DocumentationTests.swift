import Blueprint
import Catalog
import Diagnostics
import Glibc
import Testing

/// `docs/cluster-file.md` names every key, and its examples are cluster files without a mistake.
@Suite struct DocumentationTests {
  private static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

  private static func text(_ path: String) throws -> String {
    String(decoding: try FileWorkspace().read("\(root)/\(path)"), as: UTF8.self)
  }

  static var examples: [String] {
    get throws {
      try text("docs/cluster-file.md").split(separator: "```yaml\n").dropFirst().map {
        String($0.split(separator: "\n```")[0])
      }
    }
  }

  @Test(arguments: try examples)
  func examplesAreRight(_ example: String) throws {
    _ = try blueprint(example.hasPrefix("apiVersion") ? example : head + example, components: componentKinds)
  }

  @Test func namesEveryKey() throws {
    // Code blocks have three backquotes, which would turn inside and outside around.
    let page = try Self.text("docs/cluster-file.md").replacing("```", with: "")
    let keys = Set(SchemaKey(root: ClusterFile.schema()).descendants.map(\.name)).subtracting(["*"])
    #expect(keys.count > 150)
    // Words between backquotes.
    let quoted = page.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }
    let words = Set(quoted.flatMap { $0.element.split { !$0.isLetter && !$0.isNumber } }.map(String.init))
    #expect(keys.subtracting(words).sorted() == [])
  }

  /// `CROFT_RECORD=1 swift test --disable-xctest --filter BlueprintTests.DocumentationTests` writes the page anew.
  @Test func theReferenceIsThatOfTheSchema() throws {
    let text = ReferencePage.markdown(
      ClusterFile.schema(components: componentKinds), component: OwnComponent.schema)
    if getenv("CROFT_RECORD") != nil, let file = fopen("\(Self.root)/docs/reference.md", "w") {
      fputs(text, file)
      fclose(file)
    }
    #expect(try Self.text("docs/reference.md") == text, "'croft schema --markdown > docs/reference.md' writes it anew")
  }
}
