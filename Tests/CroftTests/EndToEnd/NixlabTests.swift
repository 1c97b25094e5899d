import Foundation
import JSON
import Lab
import Process
import Testing

extension EndToEnd {
  /// The example nixlab, whole: nine groups in their order, each when the one below is healthy (acceptance S4.18).
  @Suite struct Nixlab {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().path(percentEncoded: false)

    static let groups = [
      "core-infrastructure", "core-config", "networking-services", "dns-services", "external-access", "external-dns",
      "external-ingress", "vpn-services", "apps",
    ]

    @Test func nineGroupsInOrder() async throws {
      var nodes = HollowNodes.Options()
      nodes.customResources = .all(after: .milliseconds(100))
      nodes.volumes?.classes = []
      try await withHollowCluster(nodes: nodes) { plane, _ in
        try await EndToEnd.withHome(plane) { home in
          let charts = try ChartServer.charts(in: Self.root + "/examples/lab-charts")
          try await withChartServer(charts: charts) { server in
            let example = home.folder + "/nixlab"
            try FileManager.default.copyItem(atPath: Self.root + "/examples/nixlab", toPath: example)
            _ = try await home.kubectl("apply", "-f", example + "/secrets.example.yaml")
            let run = try await home.croft(
              "deploy", "--yes", "-o", "json", "-C", example, "--chart-mirror", server.url)
            #expect(run.status == .exited(0), "\(run.text.suffix(3000))\(run.errorText)")
            let events = run.text.split(separator: "\n").compactMap { try? JSON(parsing: String($0)) }
            let layers = events.compactMap { event -> String? in
              switch event["event"]?.string {
              case "layerStarted": event["layer"]?.string.map { "\($0) started" }
              case "layerReady": event["layer"]?.string.map { "\($0) ready" }
              default: nil
              }
            }
            #expect(layers == Self.groups.flatMap { ["\($0) started", "\($0) ready"] })
            #expect(run.finished?["ready"]?.array?.count == 18)

            let status = try await home.croft("status", "-C", example)
            #expect(status.status == .exited(0), "\(status.text)")
            let again = try await home.croft(
              "deploy", "--yes", "-o", "json", "-C", example, "--chart-mirror", server.url)
            #expect(again.finished?["changes"] == 0, "\(again.text.suffix(3000))")
          }
        }
      }
    }
  }
}
