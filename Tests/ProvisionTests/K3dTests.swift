import Blueprint
import Digest
import Hosts
import Redaction
import Render
import Synchronization
import Testing

@testable import Provision

/// What is done to the host of a k3d cluster.
struct K3dTests {
  private static let text = """
    apiVersion: croft.dev/v1alpha1
    kind: Cluster
    name: factory
    kubernetes: {distribution: k3d, version: v1.33.4+k3s1, kubeconfig: {path: /etc/k3d/kubeconfig}}
    nodes: [{name: box, role: control-plane}]

    """

  /// A host that keeps files and units in memory and remembers, in order, what it was told.
  private final class Box: Host {
    struct State {
      var missing: Set<String> = []
      var docker = "active"
      var files: [String: [UInt8]] = [:]
      var isEnabled = false
      var unit = "inactive"
      var cluster = ""
      var calls: [String] = []
      var failure: String?
    }
    let name = "box"
    let state = Mutex(State())

    func run(
      _ script: HostScript, onLine: @escaping @Sendable (HostLine) -> Void
    ) async throws(HostError) -> HostResult {
      state.withLock { state in
        if script.label == "looking at the host" {
          var lines = state.missing.sorted().map { "missing \($0)" }
          lines += ["state docker.service \(state.docker)", "state croft-k3d-factory.service \(state.unit)"]
          lines.append("state enabled \(state.isEnabled ? "enabled" : "disabled")")
          lines += state.files.map { "digest \(SHA256.hex($0.value)) \($0.key)" }
          if !state.cluster.isEmpty { lines.append("state cluster \(state.cluster)") }
          return HostResult(status: 0, output: Array(lines.joined(separator: "\n").utf8))
        }
        if script.label == "reading its log" { return HostResult(status: 0, output: Array("<3>it said no\n".utf8)) }
        let command = String(script.text.split(separator: "\n").last ?? "")
        state.calls.append(command)
        if let failure = state.failure, command.contains(failure) { return HostResult(status: 1) }
        if command.contains("enable") { state.isEnabled = true }
        if command.contains("start") || command.contains("reload") {
          state.unit = "active"
          state.cluster = "running"
        }
        return HostResult(status: 0)
      }
    }

    func put(_ file: HostFile) async throws(HostError) {
      state.withLock {
        $0.files[file.path] = file.content.reveal()
        $0.calls.append("put \(file.path) \(String(file.mode, radix: 8))")
      }
    }

    func get(_ path: String, limit: Int) async throws(HostError) -> [UInt8]? { state.withLock { $0.files[path] } }
    func close() async {}
  }

  private func cluster(on box: Box) throws -> BringUpK3d {
    try #require(BringUpK3d(try blueprint(Self.text), on: box))
  }

  @Test func makesItEnablesItAndStartsIt() async throws {
    let box = Box()
    let cluster = try cluster(on: box)
    try await cluster.run(try await cluster.plan()) { _ in }
    #expect(
      box.state.withLock { $0.calls } == [
        "mkdir -p /etc/croft/factory", "put /etc/croft/factory/k3d.yaml 644", "mkdir -p /etc/croft/factory",
        "put /etc/croft/factory/croft-k3d.sh 755", "mkdir -p /etc/systemd/system",
        "put /etc/systemd/system/croft-k3d-factory.service 644", "systemctl enable --quiet croft-k3d-factory.service",
        "systemctl start croft-k3d-factory.service",
      ])
    #expect(try await cluster.plan() == [])
  }

  /// What runs is not stopped for a new setting.
  @Test func aChangedFileRunsItAgainWithoutStoppingIt() async throws {
    let box = Box()
    let cluster = try cluster(on: box)
    try await cluster.run(try await cluster.plan()) { _ in }
    box.state.withLock { $0.files["/etc/croft/factory/k3d.yaml"] = [] }
    #expect(
      try await cluster.plan() == [
        .write(path: "/etc/croft/factory/k3d.yaml", observed: "has other content"),
        .reload(unit: "croft-k3d-factory.service"),
      ])
  }

  /// Somebody stopped the cluster behind the unit's back.
  @Test func aStoppedClusterIsStarted() async throws {
    let box = Box()
    let cluster = try cluster(on: box)
    try await cluster.run(try await cluster.plan()) { _ in }
    box.state.withLock { $0.cluster = "stopped" }
    #expect(try await cluster.plan() == [.reload(unit: "croft-k3d-factory.service")])
  }

  @Test(
    arguments: [
      (["k3d"], "active", "k3d is not installed there", "https://k3d.io"),
      (["k3d", "jq"], "active", "jq, k3d are not installed there", ""),
      ([], "inactive", "Docker does not run there", "systemctl enable --now docker"),
      (["docker"], "inactive", "Docker does not run there", ""),
    ] as [(Set<String>, String, String, String)])
  func saysWhatTheHostLacks(missing: Set<String>, docker: String, reason: String, fix: String) async throws {
    let box = Box()
    box.state.withLock {
      $0.missing = missing
      $0.docker = docker
    }
    let cluster = try cluster(on: box)
    let problem = await #expect(throws: K3sProblem.self) { try await cluster.plan() }
    #expect(problem?.reason.contains(reason) == true)
    #expect(fix.isEmpty || problem?.fix.contains(fix) == true)
    #expect(box.state.withLock { $0.calls } == [])
  }

  @Test func whatTheUnitSaysIsShown() async throws {
    let box = Box()
    box.state.withLock { $0.failure = "start croft-k3d" }
    let cluster = try cluster(on: box)
    let steps = try await cluster.plan()
    let problem = await #expect(throws: K3sProblem.self) { try await cluster.run(steps) { _ in } }
    #expect(problem?.reason.contains("it said no") == true)
  }
}
