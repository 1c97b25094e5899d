import Blueprint
import Catalog
import Diagnostics
import Foundation
import JSON
import Testing

/// `Clusters/NAME.yaml` is a cluster, and `Clusters/NAME.json` what its applications get from the platform: for each
/// release that changes, the objects that it brings besides its source's, those of its workload that are different for
/// it, and what it has to wait for.
///
/// `CROFT_RECORD=1 swift test --disable-xctest --filter ApplicationTests` writes the latter anew; read the difference
/// before you keep it.
@Suite struct ApplicationTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Clusters")
  static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? [])
    .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()

  @Test(arguments: names)
  func becomesExactly(_ name: String) throws {
    let text = try Self.account(of: name).pretty + "\n"
    let file = Self.folder.appending(path: "\(name).json")
    if ProcessInfo.processInfo.environment["CROFT_RECORD"] == "1" { try Data(text.utf8).write(to: file) }
    #expect(try String(contentsOf: file, encoding: .utf8) == text)
  }

  @Test(arguments: names)
  func isTheSameEveryTime(_ name: String) throws {
    let first = try Self.account(of: name).text
    for _ in 0..<3 { #expect(try Self.account(of: name).text == first) }
  }

  @Test func thereAreFixtures() { #expect(Self.names.count >= 7) }

  /// Adding what applications ask for twice over adds nothing that is not there, and no release waits for itself.
  @Test(arguments: names)
  func noReleaseWaitsForItself(_ name: String) throws {
    let graph = ReleaseGraph(try Self.blueprint(name))
    #expect(graph.cycles.isEmpty)
    for (release, edges) in graph.hard { #expect(!edges.contains { $0.to == release }) }
  }

  @Test(arguments: names)
  func objectsHaveNamesOfTheirOwn(_ name: String) throws {
    var seen: Set<String> = []
    for release in try Self.blueprint(name).releases {
      for object in objects(for: release) + release.additions {
        #expect(!object.text.contains("null"))
        let metadata = object["metadata"]
        let id = [object["apiVersion"], object["kind"], metadata?["namespace"], metadata?["name"]].map {
          $0?.text ?? ""
        }
        #expect(seen.insert(id.joined(separator: "/")).inserted, "\(id)")
      }
    }
  }

  /// Every policy says in a sentence why it is there, and is one of Kubernetes' own unless it names those whom only
  /// Cilium can name.
  @Test(arguments: names)
  func everyOpeningSaysWhy(_ name: String) throws {
    for policy in try Self.blueprint(name).releases.flatMap(\.additions).filter(Self.isPolicy) {
      let reason = policy[path: "metadata", "annotations", "croft.dev/reason"]?.string ?? ""
      #expect(reason.count > 10 && reason.hasSuffix("."), "\(policy.text)")
      let isCilium = policy["apiVersion"]?.string == "cilium.io/v2"
      #expect(isCilium == policy.text.contains("Entities\""), "\(policy.text)")
    }
  }

  private static func isPolicy(_ object: JSON) -> Bool {
    ["NetworkPolicy", "CiliumNetworkPolicy"].contains(object["kind"]?.string)
  }

  /// Its name, what it opens, and why: a line is easier to read than forty, and as exact.
  private static func summary(_ policy: JSON) -> JSON {
    let metadata = policy["metadata"]
    let name = [policy["kind"], metadata?["namespace"], metadata?["name"]].map { $0?.string ?? "" }
    let reason = metadata?[path: "annotations", "croft.dev/reason"]?.string ?? ""
    return .string("\(name.joined(separator: " ")): \(policy["spec"]?.text ?? "") – \(reason)")
  }

  static func blueprint(_ name: String) throws -> Blueprint {
    let result = loadCluster(folder.appending(path: "\(name).yaml").path())
    #expect(result.diagnostics.map(\.message) == [])
    return try #require(result.blueprint)
  }

  private static func account(of name: String) throws -> JSON {
    let path = folder.appending(path: "\(name).yaml").path()
    let before = try #require(
      ClusterFile.load(path, components: componentKinds).blueprint?.expandingComponents())
    return .array(
      try blueprint(name).releases.compactMap { release in
        var old = try #require(before.release(release.name))
        old.scheduling = nil
        old.nodes = nil
        let made = (objects(for: release) + release.additions)
          .filter { !(objects(for: old) + old.additions).contains($0) }
        let waits = release.dependsOn.map(\.name).filter { name in !old.dependsOn.contains { $0.name == name } }
        var account: JSON = ["release": .string(release.name)]
        if !waits.isEmpty { account["dependsOn"] = .array(waits.map(JSON.string)) }
        if release.values != old.values { account["values"] = release.values }
        let policies = made.filter(isPolicy)
        if !policies.isEmpty { account["policies"] = .array(policies.map(summary)) }
        let others = made.filter { !isPolicy($0) }
        if !others.isEmpty { account["objects"] = .array(others) }
        return account.object?.count == 1 ? nil : account
      })
  }
}
