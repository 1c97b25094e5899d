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

    /// S4.20: those of the list who are enabled, by keys of the Secret; and S4.6: Caddy beside the tunnel.
    private func expectUsersOfTheVPN(_ home: Home) async throws {
      let file = try await home.kubectl(
        "get", "configmap", "--namespace", "wireguard-system", "-o", "jsonpath={.items[*].data.wg0\\.conf}")
      #expect(file.contains(#"peer "$(cat /etc/wireguard/key/phone)" allowed-ips 10.0.100.2/32"#))
      #expect(file.contains(#"peer "$(cat /etc/wireguard/key/laptop)" allowed-ips 10.0.100.3/32"#))
      #expect(!file.contains("old-phone"))
      let addresses = try await home.kubectl(
        "get", "service", "--namespace", "wireguard-system", "-o",
        "jsonpath={range .items[*]}{.spec.ports[0].port} {.metadata.annotations.metallb\\.io/loadBalancerIPs}{\"\\n\"}{end}"
      )
      #expect(addresses.split(separator: "\n").sorted() == ["443 192.168.1.194", "51820 192.168.1.194"])
    }

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
            #expect(run.finished?["ready"]?.array?.count == 15)
            try await expectUsersOfTheVPN(home)
            // S4.19: what sets single sign-on up ran last of all, and ended well.
            let ready = events.filter { $0["event"] == "releaseReady" }.compactMap { $0["release"]?.string }
            #expect(ready.last == "nextcloud-sso")

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
