import JSON
import Process
import Testing

/// `croft up --dry-run` on machines that do not answer: what is not known is no success.
@Suite(.timeLimit(.minutes(5)))
struct UpDryRunTests {
  private static func file(_ power: String) -> String {
    """
    apiVersion: croft.dev/v1alpha1
    kind: Cluster
    name: home
    kubernetes: {distribution: k3s, version: v1.33.4+k3s1}
    network: {nodes: 10.0.50.0/24}
    nodes:
      - {name: cow, role: control-plane, addresses: [10.0.50.1], ssh: {host: 127.0.0.1, port: 1}}
      - {name: duck, role: worker, addresses: [10.0.50.2], ssh: {host: 127.0.0.1, port: 1}\(power)}
    """
  }

  @Test func whoDoesNotAnswerIsNamed() async throws {
    try await ScratchFolder.with { folder in
      try folder.write(Self.file(""), to: "cluster.yaml")
      let output = try await croft("up", "--dry-run", directory: folder.path)
      #expect(output.status == .exited(69), "\(output)")
      #expect(output.text == "")
      for machine in ["cow", "duck"] {
        #expect(output.errorText.contains("error: \(machine): no connection to 127.0.0.1"), "\(output)")
      }
    }
  }

  @Test func aMachineThatSleepsIsLeftAlone() async throws {
    try await ScratchFolder.with { folder in
      try folder.write(Self.file(", power: {mode: manual}"), to: "cluster.yaml")
      let output = try await croft("up", "--dry-run", "-o", "json", directory: folder.path)
      #expect(output.status == .exited(69), "\(output)")
      let json = try JSON(parsing: output.text)
      #expect(json["off"] == ["duck"] && json["handOver"] == .null)
      #expect(json["nodes"]?.array?.count == 1)
      #expect(json["nodes"]?[0]?["node"] == "cow")
      #expect(json["nodes"]?[0]?["error"]?.string?.hasPrefix("no connection to 127.0.0.1") == true)
      // Who is named has to answer.
      let named = try await croft("up", "duck", "--dry-run", "-o", "json", directory: folder.path)
      #expect(named.status == .exited(69), "\(named)")
      #expect(try JSON(parsing: named.text)["off"] == [])
    }
  }

  /// As `croft init` makes one: without nodes.
  @Test func theHostOfK3dIsThisMachine() async throws {
    try await ScratchFolder.with { folder in
      #expect(try await croft("init", "--yes", "--distribution", "k3d", directory: folder.path).status == .exited(0))
      let output = try await croft("up", "--dry-run", "-o", "json", directory: folder.path)
      if output.status == .exited(0) {
        #expect(try JSON(parsing: output.text)["nodes"]?[0]?["node"] == "localhost")
      } else {
        #expect(output.errorText.contains("error: localhost: "), "\(output)")
      }
    }
  }
}
