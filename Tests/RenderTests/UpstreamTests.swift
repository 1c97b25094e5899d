import Glibc
import JSON
import Process
import Render
import Testing

/// Flags of the upstream components, and what lets machines go down and come up.
@Suite struct UpstreamTests {
  private static func flags(_ files: [RenderedFile], _ node: String, _ component: String) throws -> [String: String] {
    let path = "nodes/\(node)/etc/default/\(component)"
    let file = try #require(files.first { $0.path == path }, "\(files.map(\.path))")
    let words = file.text.dropFirst("ARGUMENTS=\"".count).split { " \\\n\"".contains($0) }
    return Dictionary(
      uniqueKeysWithValues: words.map { word in
        let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
        return (parts[0], parts.count > 1 ? parts[1] : "")
      })
  }

  @Test func aServerAndAWorker() async throws {
    let files = try await tree(of: TreeTests.blueprint(UnitTests.machines("upstream")))
    let api = try Self.flags(files, "cow", "kube-apiserver")
    #expect(api["--service-cluster-ip-range"] == "10.43.0.0/16,fd22:2025:6a6a:43::/112")
    #expect(api["--advertise-address"] == "192.168.14.11" && api["--secure-port"] == "6443")
    #expect(api["--encryption-provider-config"] == "/etc/kubernetes/encryption.yaml")
    let controllers = try Self.flags(files, "cow", "kube-controller-manager")
    #expect(controllers["--cluster-cidr"] == "10.42.0.0/16,fd22:2025:6a6a:42::/104")
    #expect(controllers["--node-cidr-mask-size-ipv6"] == "120")
    #expect(try Self.flags(files, "cow", "etcd")["--initial-cluster"] == "cow=https://192.168.14.11:2380")
    let kubelet = try Self.flags(files, "duck", "kubelet")
    #expect(
      kubelet["--node-labels"] == "croft.dev/power=on-demand,disk=fast" && kubelet["--node-ip"] == "192.168.14.13")
    #expect(!files.contains { $0.path == "nodes/duck/etc/default/kube-apiserver" })
    let config = try TreeTests.document(files, "nodes/duck/etc/kubernetes/kubelet.yaml")
    #expect(config["clusterDNS"] == ["10.43.0.10", "fd22:2025:6a6a:43::a"])
    #expect(config["registerWithTaints"] == [["key": "workload", "value": "ai", "effect": "NoSchedule"]])
    #expect(config["imageGCHighThresholdPercent"] == 80)
    // What Cilium does is not done twice.
    let cilium = UnitTests.machines("upstream").replacing("platform: {", with: "platform: {cilium: {}, ")
    #expect(try await !tree(of: TreeTests.blueprint(cilium)).contains { $0.path.hasSuffix("default/kube-proxy") })
  }

  /// Programs of Kubernetes as they are built for the lab; the flags have all been there since.
  @Test(
    .enabled(if: programs != nil, "needs the Kubernetes programs (scripts/build-kubernetes)"),
    arguments: ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy"])
  func theProgramsKnowTheirFlags(component: String) async throws {
    let files = try await tree(of: TreeTests.blueprint(UnitTests.machines("upstream")))
    let flags = try Self.flags(files, "cow", component)
    let help = try await Command("\(Self.programs ?? "")/\(component)", ["--help"]).run(timeout: .seconds(300))
    let words = Set((help.text + help.errorText).split { $0.isWhitespace || $0 == "=" || $0 == "," })
    for flag in flags.keys { #expect(words.contains(Substring(flag)), "\(component) \(flag)") }
  }

  @Test(arguments: ["k3s", "upstream"])
  func machinesGoDownGentlyAndComeUp(distribution: String) async throws {
    let files = try await tree(of: TreeTests.blueprint(UnitTests.machines(distribution)))
    let kubelet =
      distribution == "k3s"
      ? "var/lib/rancher/k3s/agent/etc/kubelet.conf.d/90-croft.conf" : "etc/kubernetes/kubelet.yaml"
    let config = try TreeTests.document(files, "nodes/cow/\(kubelet)")
    #expect(config["shutdownGracePeriod"] == "180s" && config["shutdownGracePeriodCriticalPods"] == "60s")
    let logind = try #require(files.first { $0.path == "nodes/cow/etc/systemd/logind.conf.d/90-croft.conf" })
    #expect(logind.text == "[Login]\nInhibitDelayMaxSec=180\n")
    // The one that is always on wakes by its clock, the other by a packet.
    #expect(files.contains { $0.path == "nodes/cow/etc/systemd/system/croft-wake.service" })
    #expect(!files.contains { $0.path == "nodes/duck/etc/systemd/system/croft-wake.service" })
    let link = try #require(files.first { $0.path == "nodes/duck/etc/systemd/network/50-croft-wake.link" })
    #expect(link.text.contains("PermanentMACAddress=6c:4b:90:11:22:33\n") && link.text.contains("WakeOnLan=magic\n"))
  }

  private static var programs: String? {
    let environment = { (name: String) in getenv(name).map { String(cString: $0) } }
    let cache =
      environment("CROFT_CACHE")
      ?? environment("XDG_CACHE_HOME").map { "\($0)/croft" } ?? "\(environment("HOME") ?? "/root")/.cache/croft"
    guard let folder = opendir("\(cache)/kubernetes") else { return nil }
    defer { closedir(folder) }
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      let path = "\(cache)/kubernetes/\(name)"
      if !name.hasPrefix("."), access("\(path)/kubelet", X_OK) == 0 { return path }
    }
    return nil
  }
}
