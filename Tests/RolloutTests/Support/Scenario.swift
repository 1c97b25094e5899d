import Blueprint
import Foundation
import JSON
import Kubernetes
import Lab
import Process
import Testing

@testable import Rollout

/// One cluster file in a folder of its own, rolled out on the lab's control plane.
struct Scenario: Sendable {
  let name: String
  let folder: String
  let api: RecordingAPI
  let kubeconfig: String
  let controlPlane: ControlPlane

  /// Writes `cluster.yaml`: the head, then what is given.
  func write(_ text: String) throws {
    try write("cluster.yaml", "apiVersion: croft.dev/v1alpha1\nkind: Cluster\nname: \(name)\n" + text)
  }

  func write(_ path: String, _ text: String) throws {
    let url = URL(filePath: folder).appending(path: path)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: url, atomically: true, encoding: .utf8)
  }

  func blueprint() throws -> Blueprint {
    let result = ClusterFile.load(folder)
    return try #require(result.blueprint, "\(result.diagnostics)")
  }

  func environment(chartMirror: String? = nil) -> Environment {
    Environment(
      api: api, kubeconfig: kubeconfig, helm: Lab.helm, kubectl: Lab.kubectl, chartMirror: chartMirror,
      cacheDirectory: folder + "/.cache")
  }

  /// Rolls the file out as it is now.
  @discardableResult
  func deploy(
    _ options: Deploy.Options = .init(), chartMirror: String? = nil, stop: StopSignal = StopSignal(),
    onEvent: @escaping @Sendable (Event) async -> Void = { _ in }
  ) async throws -> Deployed {
    let log = EventLog()
    let deploy = Deploy(
      try blueprint(), in: environment(chartMirror: chartMirror), options: options,
      journal: try await Journal(path: folder + "/.state/journal.db"), stop: stop
    ) { event in
      await log.append(event)
      await onEvent(event)
    }
    let outcome = try await deploy.run()
    return Deployed(outcome: outcome, events: await log.events)
  }

  func plan() async throws -> Plan { try await Plan.make(try blueprint(), in: environment()) }

  /// Runs kubectl on the scenario's cluster.
  @discardableResult
  func kubectl(_ arguments: String..., input: String = "") async throws -> String {
    let command = Command(
      Lab.kubectl, ["--kubeconfig", kubeconfig] + arguments, directory: folder, input: Array(input.utf8))
    let output = try await command.run(timeout: .seconds(300), clock: ContinuousClock())
    try #require(output.isSuccess, "kubectl \(arguments.joined(separator: " ")): \(output.errorText)")
    return output.text
  }

  func helm(_ arguments: String...) async throws {
    let command = Command(Lab.helm, arguments + ["--kubeconfig", kubeconfig], directory: folder)
    let output = try await command.run(timeout: .seconds(300), clock: ContinuousClock())
    try #require(output.isSuccess, "helm \(arguments.joined(separator: " ")): \(output.errorText)")
  }

  /// Leaves the cluster's lease behind as a killed run does: taken, never given back.
  func takeLease(as holder: Holder) async throws {
    var environment = environment()
    environment.holder = holder
    try await RunLease(environment: environment).take()
  }

  /// The names of objects of a kind in a namespace.
  func names(_ kind: String, in namespace: String) async throws -> [String] {
    let text = try await kubectl("get", kind, "-n", namespace, "-o", "jsonpath={.items[*].metadata.name}")
    return text.split(separator: " ").map(String.init)
  }
}

struct Deployed: Sendable {
  var outcome: Event.Outcome
  var events: [Event]

  var changes: [String] {
    events.compactMap { if case .changed(_, let id, let change) = $0 { "\(id) \(change)" } else { nil } }
  }
  func index(of event: Event) -> Int? { events.firstIndex(of: event) }
  func firstIndex(where condition: (Event) -> Bool) -> Int? { events.firstIndex(where: condition) }
}

actor EventLog {
  private(set) var events: [Event] = []
  func append(_ event: Event) { events.append(event) }
}

/// Runs a scenario on the lab's shared cluster, with a folder of its own that is removed afterwards.
func withScenario(_ name: String, _ body: @Sendable (Scenario) async throws -> Void) async throws {
  try await Turn.shared.take {
    let controlPlane = try await ControlPlane.shared
    try await withScenario(name, on: controlPlane, body)
  }
}

func withScenario(
  _ name: String, on controlPlane: ControlPlane, _ body: @Sendable (Scenario) async throws -> Void
) async throws {
  let folder = FileManager.default.temporaryDirectory.path(percentEncoded: false) + "croft-\(name)-\(UUID())"
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  let cluster = Cluster(controlPlane.access, clock: ContinuousClock())
  let scenario = Scenario(
    name: name, folder: folder, api: RecordingAPI(cluster), kubeconfig: controlPlane.kubeconfigPath,
    controlPlane: controlPlane)
  try await body(scenario)
  await cluster.close()
}

/// One at a time: a roll-out holds the cluster's lease.
actor Turn {
  static let shared = Turn()
  private var isTaken = false
  private var waiters: [CheckedContinuation<Void, Never>] = []

  func take(_ body: @Sendable () async throws -> Void) async throws {
    while isTaken { await withCheckedContinuation { waiters.append($0) } }
    isTaken = true
    defer {
      isTaken = false
      if !waiters.isEmpty { waiters.removeFirst().resume() }
    }
    try await body()
  }
}
