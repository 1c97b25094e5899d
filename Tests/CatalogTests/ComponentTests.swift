import Blueprint
import Catalog
import Diagnostics
import Foundation
import JSON
import Testing

@Suite struct ComponentTests {
  /// `CROFT_RECORD=1 swift test --filter ComponentTests` writes the records anew; read the difference before committing.
  @Test(arguments: ComponentFixture.all)
  func becomesExactly(_ fixture: ComponentFixture) throws {
    let result = fixture.load()
    #expect(result.diagnostics.items == [])
    let blueprint = try #require(result.blueprint)
    let text =
      JSON.object(
        [
          JSONObject.Member("releases", .array(blueprint.releases.filter { $0.section == .platform }.map(\.record))),
          JSONObject.Member("components", .array(blueprint.contributions.map(\.record))),
        ].reduce(into: JSONObject()) { $0.append($1.key, $1.value) }
      ).pretty + "\n"
    if ProcessInfo.processInfo.environment["CROFT_RECORD"] == "1" { try Data(text.utf8).write(to: fixture.record) }
    #expect(try String(contentsOf: fixture.record, encoding: .utf8) == text)
  }

  @Test func everyComponentHasItsFixture() {
    let names = Set(ComponentFixture.all.compactMap { $0.load().blueprint }.flatMap { $0.components.map(\.component) })
    #expect(Set(allComponents.map { $0.about.name }).subtracting(names) == [])
  }

  @Test func namesAreUnique() {
    let names = allComponents.map { $0.about.name }
    #expect(Set(names).count == names.count)
  }

  @Test(arguments: allComponents.map { $0.about })
  func saysWhatItIs(_ about: About) {
    #expect(about.summary.hasSuffix(".") && about.summary.first?.isUppercase == true)
    #expect(about.definitions.allSatisfy { $0.contains(".") })
    #expect(!about.dependsOn.contains(about.name) && !about.after.contains(about.name))
    let known = Set(allComponents.map { $0.about.name })
    // Those of other concerns may come later than this one.
    for name in about.dependsOn + about.after where !known.contains(name) {
      #expect(Self.others.contains(name), "\(about.name) names '\(name)'")
    }
    #expect(about.overhead.memory >= 0 && about.overhead.cpu >= 0)
  }

  private static let others: Set<String> = ["kube-prometheus-stack"]

  @Test(arguments: ComponentFixture.all)
  func everyReasonIsGiven(_ fixture: ComponentFixture) throws {
    for part in try #require(fixture.load().blueprint).contributions {
      for secret in part.contribution.secrets {
        #expect(!secret.keys.isEmpty && secret.reason.count > 10)
      }
      for opening in part.contribution.openings { #expect(opening.reason.count > 10) }
      for wait in part.contribution.waitFor + part.contribution.companions.flatMap(\.waitFor) {
        #expect((2...3).contains(wait.split(separator: "/").count), "\(wait)")
      }
    }
  }

  @Test(arguments: ComponentFixture.all)
  func isTheSameEveryTime(_ fixture: ComponentFixture) throws {
    let first = try #require(fixture.load().blueprint).releases
    for _ in 0..<3 { #expect(fixture.load().blueprint?.releases == first) }
  }
}
