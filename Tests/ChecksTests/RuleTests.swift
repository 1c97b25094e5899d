import Blueprint
import Catalog
import Checks
import Diagnostics
import Testing

/// Each rule's page has a file that breaks the rule and the same file mended: both are checked here as a user's would be.
@Suite struct RuleTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var rule: any Rule.Type
    var about: Checks.About { rule.about }
    var testDescription: String { about.code }
  }
  static let rules = allRules.map { Case(rule: $0) }

  @Test(arguments: rules)
  func theBrokenExampleBreaksOnlyThisRule(_ rule: Case) {
    let found = diagnostics(rule.about.broken, rule.about.files)
    #expect(!found.isEmpty)
    #expect(found.map(\.code).allSatisfy { $0 == rule.about.code }, "\(found.map(\.message))")
    #expect(found.map(\.severity).max() == rule.about.severity)
    for diagnostic in found {
      #expect(diagnostic.span != nil)
      #expect(diagnostic.fix?.isEmpty == false)
    }
  }

  @Test(arguments: rules)
  func theMendedExampleBreaksNone(_ rule: Case) {
    #expect(diagnostics(rule.about.mended, rule.about.files).map(\.message) == [])
  }

  @Test(arguments: rules)
  func aRuleIsExplained(_ rule: Case) {
    let page = rule.rule.page
    #expect(page.code.wholeMatch(of: /CR0[3-9]\d\d/) != nil)
    #expect((5...70).contains(page.title.count))
    #expect(!page.title.hasSuffix("."))
    #expect(rule.about.why.hasSuffix("."))
    #expect(page.body.contains(rule.about.broken) && page.body.contains(rule.about.mended))
    #expect(page.body.split(separator: "\n").allSatisfy { $0.count <= 120 })
  }

  @Test func codesAreUniqueAndInOrder() {
    let codes = allRules.map { $0.about.code }
    #expect(Set(codes).count == codes.count)
    #expect(codes == codes.sorted())
    #expect(pages.map(\.code) == codes)
  }

  /// A rule that nobody lists checks nothing.
  @Test func everyRuleIsListed() throws {
    let files = FileWorkspace()
    let sources = "\(#filePath.dropLast("Tests/ChecksTests/RuleTests.swift".count))Sources/Checks"
    var written: Set<String> = []
    for folder in try files.list(sources) where try files.kind(of: "\(sources)/\(folder)") == .folder {
      for name in try files.list("\(sources)/\(folder)") {
        let text = String(decoding: try files.read("\(sources)/\(folder)/\(name)"), as: UTF8.self)
        if let match = text.firstMatch(of: /enum (\w+): Rule \{/) { written.insert(String(match.1)) }
      }
    }
    #expect(written == Set(allRules.map { "\($0)" }))
  }

  private func diagnostics(_ body: String, _ files: [String: String]) -> [Diagnostic] {
    let head = "apiVersion: croft.dev/v1alpha1\nkind: Cluster\nname: home\n"
    var all = Dictionary(uniqueKeysWithValues: files.map { (MemoryWorkspace.plain("home/\($0)"), $1) })
    all["home/cluster.yaml"] = head + body + "\n"
    let workspace = MemoryWorkspace(files: all)
    let loaded = loadCluster("home", reading: workspace)
    #expect(loaded.diagnostics.map(\.message) == [])
    return loaded.blueprint.map { check($0, workspace: workspace) } ?? []
  }
}
