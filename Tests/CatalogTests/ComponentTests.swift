import Catalog
import Diagnostics
import Foundation
import JSON
import Testing
import YAML

@testable import Blueprint

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

  /// What is recorded is also applied to a real API server, as a dry run: so every option is seen there.
  @Test(arguments: componentKinds.map(\.name))
  func everyOptionIsInAFixture(_ name: String) throws {
    let kind = try #require(componentKinds.first { $0.name == name })
    let schema = Shape<ComponentUse>.component(kind.name, at: .nowhere, kind).schema()
    let options = Set(schema["properties"]?.object?.keys ?? []).subtracting(ComponentKind.commonKeys)
    #expect(options.subtracting(Self.used[kind.name] ?? []) == [], "\(kind.name)")
  }

  /// The keys that recorded clusters and the examples give each component.
  private static let used: [String: Set<String>] = {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().path()
    let root = tests + "/../.."
    func names(_ folder: String) -> [String] {
      ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    }
    var paths: [String] = ["Components", "Clusters"].flatMap { folder in
      names("\(tests)/\(folder)").filter { $0.hasSuffix(".yaml") }.map { "\(tests)/\(folder)/\($0)" }
    }
    paths += names("\(root)/examples").map { "\(root)/examples/\($0)/cluster.yaml" }
    var used: [String: Set<String>] = [:]
    for path in paths {
      guard let bytes = FileManager.default.contents(atPath: path),
        let documents = try? Document.parse(Array(bytes), file: path, dialect: .kubernetes),
        let platform = documents.first?.json(as: .kubernetes)["platform"]?.object
      else { continue }
      for entry in platform {
        let component = entry.value["component"]?.string ?? entry.key
        used[component, default: []].formUnion(entry.value.object?.keys ?? [])
      }
    }
    return used
  }()

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

extension About: CustomTestStringConvertible {
  var testDescription: String { name }
}
