import Foundation
import JSON
import Lab
import Process
import Testing

extension EndToEnd {
  /// What a NixOS machine runs, as the machine runs it: the rendered script with the real programs, on a real API server.
  @Suite(.enabled(if: Executable.find("age") != nil, "needs age (scripts/setup)"))
  struct DeployScript {
    /// Acceptance S4.16 to S4.18, on the seed's own cluster.
    @Test func rollsOutNixlab() async throws {
      var nodes = HollowNodes.Options()
      nodes.customResources = .all(after: .milliseconds(100))
      nodes.volumes?.classes = []
      try await withHollowCluster(nodes: nodes) { plane, _ in
        try await EndToEnd.withHome(plane) { home in
          let charts = try ChartServer.charts(in: Nixlab.root + "/examples/lab-charts")
          try await withChartServer(charts: charts) { server in
            let example = home.folder + "/nixlab"
            try FileManager.default.copyItem(atPath: Nixlab.root + "/examples/nixlab", toPath: example)
            _ = try await home.kubectl("apply", "-f", example + "/secrets.example.yaml")
            try await Self.seal(home, example)

            let first = try await Self.deploy(home, example, mirror: server.url)
            #expect(first.isSuccess, "\(first)")
            #expect(Self.groups(first).map(\.name) == Nixlab.groups)
            #expect(Self.groups(first).allSatisfy { $0.what != "as it was" })
            // In the namespace of the release that names it; charts' own are the example's.
            let token = try await home.kubectl(
              "get", "secret", "cloudflare", "-n", "cloudflare-ddns", "-o", "jsonpath={.data.api-token}")
            #expect(token == Data("sealed-token".utf8).base64EncodedString())

            let second = try await Self.deploy(home, example, mirror: server.url)
            #expect(second.isSuccess, "\(second)")
            #expect(Self.groups(second).allSatisfy { $0.what == "as it was" }, "\(second.text)")

            // What changed is found by its content, and nothing else is deployed.
            let file = example + "/cluster.yaml"
            let text = try String(contentsOfFile: file, encoding: .utf8)
            try text.replacing("size: 100Gi", with: "size: 200Gi").write(
              toFile: file, atomically: true, encoding: .utf8)
            let third = try await Self.deploy(home, example, mirror: server.url)
            #expect(third.isSuccess, "\(third)")
            #expect(Self.groups(third).filter { $0.what != "as it was" }.map(\.name) == ["apps"], "\(third.text)")

            // Croft takes over what the script made, and has nothing more to say afterwards.
            let takeOver = try await home.croft(
              "deploy", "--yes", "-o", "json", "-C", example, "--chart-mirror", server.url)
            #expect(takeOver.status == .exited(0), "\(takeOver.text.suffix(2000))")
            let again = try await Self.deploy(home, example, mirror: server.url)
            #expect(Self.groups(again).allSatisfy { $0.what == "as it was" }, "\(again)")
            let plan = try await home.croft("plan", "-C", example, "--chart-mirror", server.url)
            #expect(plan.status == .exited(0), "\(plan.text)")
          }
        }
      }
    }

    /// Beside the example's own Secrets one that lies encrypted beside the cluster file.
    private static func seal(_ home: Home, _ example: String) async throws {
      let recipient = try await home.croft("secrets", "init", "-C", example)
      #expect(recipient.isSuccess, "\(recipient)")
      let set = try await home.croft(
        "secrets", "set", "cloudflare", "api-token", "-C", example, input: "sealed-token")
      #expect(set.isSuccess, "\(set)")
    }

    /// Renders, decrypts as sops-nix does, and runs the script.
    private static func deploy(_ home: Home, _ example: String, mirror: String) async throws -> CommandOutput {
      let rendered = try await home.croft("render", "-C", example)
      #expect(rendered.isSuccess, "\(rendered)")
      try home.write("secrets/cloudflare/api-token", "sealed-token")
      let files = home.folder + "/deploy"
      try? FileManager.default.removeItem(atPath: files)
      try FileManager.default.copyItem(atPath: example + "/generated/nixos/deploy", toPath: files)
      // The lab's server is Kubernetes 1.20, which has the same under an older name.
      let objects = files + "/signal-proxy/objects.yaml"
      try String(contentsOfFile: objects, encoding: .utf8).replacing(
        "apiVersion: policy/v1\n", with: "apiVersion: policy/v1beta1\n"
      )
      .write(toFile: objects, atomically: true, encoding: .utf8)
      let script = try String(contentsOfFile: files + "/deploy.sh", encoding: .utf8)
      // The charts of the lab, in place of the real ones.
      try home.write("deploy.sh", script.replacing(/--repo \S+/, with: "--repo \(mirror)"))
      try FileManager.default.createDirectory(atPath: home.folder + "/state", withIntermediateDirectories: true)
      var environment = home.environment.mapValues { Optional($0) }
      environment["DEPLOY_FILES"] = files
      environment["STATE_DIRECTORY"] = home.folder + "/state"
      environment["SECRETS"] = home.folder + "/secrets"
      environment["CLUSTER_FOLDER"] = example
      return try await Command("bash", [home.folder + "/deploy.sh"], environment: environment, directory: home.folder)
        .run(timeout: .seconds(300))
    }

    /// What the script says of each group.
    private static func groups(_ output: CommandOutput) -> [(name: String, what: String)] {
      output.text.split(separator: "\n").compactMap { line in
        let parts = line.split(separator: ": ", maxSplits: 1).map(String.init)
        return parts.count == 2 && Nixlab.groups.contains(parts[0]) ? (parts[0], parts[1]) : nil
      }
    }
  }
}
