import Blueprint
import Diagnostics
import Testing

@Suite struct PageTests {
  @Test func everyCodeHasAPageAndTheReverse() throws {
    let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    var used: Set<String> = []
    for folder in ["Decoding", "Sections"] {
      for name in try FileWorkspace().list("\(root)/Sources/Blueprint/\(folder)") {
        let text = String(
          decoding: try FileWorkspace().read("\(root)/Sources/Blueprint/\(folder)/\(name)"), as: UTF8.self)
        for part in text.split(separator: "\"CR").dropFirst() where part.prefix(4).allSatisfy(\.isNumber) {
          used.insert("CR" + part.prefix(4))
        }
      }
    }
    let pages = BlueprintPages.all.map(\.code)
    #expect(used.sorted() == pages.sorted())
    #expect(Set(pages).count == pages.count)
    #expect(pages.allSatisfy { $0.hasPrefix("CR02") })
  }

  @Test(arguments: BlueprintPages.all)
  func examplesDoWhatThePageSays(_ page: Page) {
    let blocks = page.body.split(separator: "```yaml\n").dropFirst().map { String($0.split(separator: "\n```")[0]) }
    guard blocks.count == 2 else {
      #expect(page.code == "CR0201" && blocks.isEmpty)
      return
    }
    let environment = page.body.contains("`--environment dev`") ? "dev" : nil
    #expect(diagnostics(blocks[0], environment).contains(page.code))
    #expect(diagnostics(blocks[1], environment) == [])
  }

  private func diagnostics(_ text: String, _ environment: String?) -> [String] {
    let workspace = MemoryWorkspace(["cluster.yaml": head + text])
    return ClusterFile.load("", reading: workspace, components: testComponents, environment: environment).diagnostics
      .map(\.code)
  }
}
