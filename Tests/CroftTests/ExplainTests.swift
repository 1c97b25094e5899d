import Diagnostics
import JSON
import Process
import Testing

@testable import croft

@Suite(.timeLimit(.minutes(2)))
struct ExplainTests {
  @Test func everyCodeHasOnePage() {
    let pages = ExplainCommand.pages
    #expect(pages.count > 80)
    #expect(Set(pages.map(\.code)).count == pages.count)
    for page in pages {
      #expect(page.code.wholeMatch(of: /CR\d{4}/) != nil, "\(page.code)")
      #expect(!page.title.isEmpty && !page.title.hasSuffix("."), "\(page.code)")
      #expect(page.body.count > 40, "\(page.code)")
    }
  }

  @Test func printsAPage() async throws {
    let page = try #require(ExplainCommand.pages.first)
    let output = try await croft("explain", page.code.lowercased())
    #expect(output.status == .exited(0))
    #expect(output.text == "\(page.code): \(page.title)\n\n\(page.body)\n")
    let json = try JSON(parsing: try await croft("explain", page.code, "-o", "json").text)
    #expect(json == ["code": .string(page.code), "title": .string(page.title), "body": .string(page.body)])
  }

  @Test func listsAllOfThem() async throws {
    let lines = try await croft("explain", "--list").text.split(separator: "\n")
    #expect(lines.map { $0.prefix(6) } == ExplainCommand.pages.map { $0.code[...] })
  }

  @Test func knowsWhatItDoesNotKnow() async throws {
    let output = try await croft("explain", "CR9999")
    #expect(output.status == .exited(1))
    #expect(output.errorText.contains("there is no code 'CR9999'"))
    #expect(try await croft("explain").status == .exited(64))
  }
}
