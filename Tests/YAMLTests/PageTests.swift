import Diagnostics
import Glibc
import Testing
import YAML

@Suite struct PageTests {
  @Test func everyCodeHasAPageAndTheReverse() throws {
    let sources = "\(#filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined())/Sources/YAML"
    let used = try codes(in: sources)
    let pages = YAMLPages.all.map(\.code)
    #expect(used.sorted() == pages.sorted())
    #expect(Set(pages).count == pages.count)
    #expect(pages.allSatisfy { $0.hasPrefix("CR01") })
  }

  @Test(arguments: YAMLPages.all)
  func examplesDoWhatThePageSays(_ page: Page) {
    let blocks = page.body.split(separator: "```yaml\n").dropFirst().map { String($0.split(separator: "\n```")[0]) }
    guard blocks.count == 2 else {
      #expect(["CR0103", "CR0104", "CR0108", "CR0109"].contains(page.code) && blocks.isEmpty)
      return
    }
    #expect(Document.read(Array(blocks[0].utf8), file: "a").problems.map(\.code).contains(page.code))
    #expect(Document.read(Array(blocks[1].utf8), file: "a").problems == [])
  }
}

/// The diagnostic codes that a folder's Swift files mention, pages aside.
private func codes(in folder: String) throws -> Set<String> {
  var found: Set<String> = []
  let directory = try #require(opendir(folder))
  defer { closedir(directory) }
  while let entry = readdir(directory) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    guard name.hasSuffix(".swift"), !name.hasSuffix("Pages.swift") else { continue }
    let file = try #require(fopen("\(folder)/\(name)", "r"))
    defer { fclose(file) }
    var line: UnsafeMutablePointer<CChar>?
    var capacity = 0
    defer { free(line) }
    while getline(&line, &capacity, file) > 0, let text = line.map({ String(cString: $0) }) {
      for part in text.split(separator: "\"CR").dropFirst() { found.insert("CR" + part.prefix(4)) }
    }
  }
  return found
}
