import Blueprint
import Catalog
import Diagnostics
import JSON
import Process
import Testing

@testable import croft

@Suite(.timeLimit(.minutes(5)))
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

  // MARK: Keys

  @Test func saysWhatAKeyIsFor() async throws {
    let output = try await croft("explain", "nodes.disks.use")
    #expect(output.status == .exited(0))
    #expect(
      output.text == """
        nodes.disks.use

        What it is for.

        value     system, data, ceph, longhorn or zfs
        required  yes

        """)
    let release = try await croft("explain", "apps.web").text
    #expect(
      release.hasPrefix("apps.*\n") && release.contains("  dependsOn ") && release.contains("needs  one of chart"))
    #expect(try await croft("explain", "cluster").text.contains("  platform "))
  }

  @Test(arguments: [("expose", "apps.*.expose"), ("cilium", "platform.cilium"), ("l2Announcements", "platform.cilium")])
  func theLastNameWillDo(_ name: String, _ path: String) throws {
    #expect(try KeyExplanation.find(name, components: componentKinds).key.path.hasPrefix(path))
  }

  @Test func everyKeyCanBeExplained() throws {
    let file = KeyExplanation.file(componentKinds)
    let keys = file.descendants
    #expect(keys.count > 400 && Set(keys.map(\.path)).count == keys.count)
    for key in keys {
      #expect(file.key(at: key.path)?.path == key.path)
      #expect(key.about.hasSuffix("."), "\(key.path) needs a sentence that says what it is for")
      #expect(!key.value.contains("any value") || key.byDefault == nil, "\(key.path)")
    }
  }

  @Test(arguments: [
    ("nodes.dsiks", "did you mean 'nodes.disks'?"), ("platform.clium", "did you mean 'platform.cilium'?"),
    ("apps.web.exposse.host", "did you mean 'apps.web.expose'?"),
    ("l2Anouncements", "'platform.cilium.l2Announcements'"),
    ("name.first", "'name' has no keys of its own"), ("qqqqqqqq", "'croft explain cluster' lists"),
    ("backup.etcd.qqqqqqqq", "'backup.etcd' has every, keep"), ("size", "there are "),
  ])
  func saysWhatWasMeant(_ path: String, _ advice: String) async throws {
    let output = try await croft("explain", path)
    #expect(output.status == .exited(1) && output.text.isEmpty)
    #expect(output.errorText.contains("there is no key '\(path)'") && output.errorText.contains(advice))
  }

  @Test func aKeyAsJSON() async throws {
    let json = try JSON(parsing: try await croft("explain", "backup.etcd", "-o", "json").text)
    #expect(json["key"] == "backup.etcd" && json["required"] == false && json["default"] == .null)
    #expect(json["keys"]?.array?.compactMap { $0["key"]?.string }.first == "backup.etcd.every")
  }

  @Test func keysAreCompletedLevelByLevel() async throws {
    func offered(_ word: String) async throws -> [String] {
      try await croft("__complete", "zsh", "--", "explain", word).text.split(separator: "\n")
        .map { String($0.split(separator: "\t")[0]) }
    }
    let first = try await offered("n")
    #expect(first.contains("nodes") && first.contains("network") && !first.contains("nodes.disks"))
    #expect(try await offered("nodes.di") == ["nodes.disks"])
    #expect(try await offered("CR02").contains("CR0201"))
  }
}
