import Foundation
import JSON
import Lab
import Process
import Testing

/// The way into a cluster whose first server goes.
@Suite(.serialized, .enabled(if: Lab.hasMachines, "no machines here: 'make setup' as root"), .timeLimit(.minutes(10)))
struct RemovedServerTests {
  @Test func theKubeconfigGoesThroughAnotherServer() async throws {
    try await withMachines(Machines.Options(machines: ["cow", "sheep"])) { lab in
      let home = try TroubleHome(lab)
      defer { home.remove() }
      let path = "\(home.folder)/kubeconfig"
      // Another cluster's, and the current one.
      try """
      apiVersion: v1
      kind: Config
      clusters: [{name: work, cluster: {server: "https://10.99.\(lab.number).11:6443"}}]
      users: [{name: work, user: {token: abc}}]
      contexts: [{name: work, context: {cluster: work, user: work}}]
      current-context: work

      """.write(toFile: path, atomically: true, encoding: .utf8)
      try await home.makeRelease()
      try await home.expectReady(until: "kubernetes") { $0.servers = ["cow", "sheep"] }
      #expect(try await Self.servers(path)["home"] == "https://\(lab["cow"].address):6443")
      let before = try await Self.servers(path)

      let removed = try await home.croft(["nodes", "remove", "cow", "--confirm", "cow"])
      #expect(removed.status == .exited(0), "\(removed.text)\(removed.errorText)")
      #expect(removed.text.contains("\(path): the context home goes through sheep now"), "\(removed.text)")
      let url = "https://\(lab["sheep"].address):6443"
      #expect(try await Self.servers(path) == before.merging(["home": url]) { $1 })
      let permissions = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
      #expect(permissions == 0o600)
      let nodes = try await Command(
        Lab.kubectl, ["--kubeconfig", path, "--context", "home", "get", "nodes", "-o", "name"]
      ).run(timeout: .seconds(300))
      #expect(nodes.text == "node/sheep\n", "\(nodes.errorText)")

      // Once more there is nothing to be changed.
      let again = try await home.croft(["nodes", "remove", "cow", "--confirm", "cow", "-o", "json"])
      #expect(again.status == .exited(0), "\(again.text)\(again.errorText)")
      #expect(again.finished?["kubeconfig"] == .null, "\(again.text)")
    }
  }

  /// The servers of a kubeconfig by the names of their clusters, and the current context as `current`.
  private static func servers(_ path: String) async throws -> [String: String] {
    let view = try await Command(Lab.kubectl, ["--kubeconfig", path, "config", "view", "-o", "json"]).run(
      timeout: .seconds(300))
    let json = try JSON(parsing: view.text)
    var servers = ["current": json["current-context"]?.string ?? ""]
    for cluster in json["clusters"]?.array ?? [] {
      servers[cluster["name"]?.string ?? ""] = cluster["cluster"]?["server"]?.string
    }
    return servers
  }
}
