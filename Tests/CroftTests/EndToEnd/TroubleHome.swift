import Foundation
import JSON
import Lab
import Process
import Testing

/// A cluster file for a lab's machines, and the program that reads it.
struct TroubleHome: Sendable {
  /// What the trouble is with `sheep`, and what all machines are to have.
  struct Wanted {
    var user = "root"
    var pin: String?
    var packages = ["nano"]
    var message = "hello"
    var version = "v1.33.4+k3s1"
    var servers: Set = ["cow"]
    /// `kubernetes.install`
    var install = "airGap: air"
    /// Further environment of the program.
    var environment: [String: String] = [:]
  }

  let lab: Machines
  let folder: String

  init(_ lab: Machines) throws {
    self.lab = lab
    folder = FileManager.default.temporaryDirectory.path(percentEncoded: false) + "croft-trouble-\(UUID())"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  func remove() { try? FileManager.default.removeItem(atPath: folder) }

  /// A file of the folder that only its owner may read.
  /// - Returns: its path.
  func file(_ name: String, _ text: String, permissions: Int = 0o600) throws -> String {
    let path = "\(folder)/\(name)"
    try "\(text)\n".write(toFile: path, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: path)
    return path
  }

  /// The lab's k3s as the files of a release.
  func makeRelease(_ version: String = "v1.33.4+k3s1") async throws {
    try FileManager.default.createDirectory(atPath: "\(folder)/air", withIntermediateDirectories: true)
    _ = try await K3sStandIn.make(version, in: "\(folder)/air")
  }

  func write(_ wanted: Wanted) async throws {
    var nodes = ""
    for machine in lab.machines {
      let isSheep = machine.name == "sheep"
      let key = try await machine.hostKeyFingerprint
      nodes += """
          - name: \(machine.name)
            role: \(wanted.servers.contains(machine.name) ? "control-plane" : "worker")
            addresses: [\(machine.address)]
            ssh:
              user: \(isSheep ? wanted.user : "root")
              key: \(lab.privateKeyPath)
              hostKey: "\(isSheep ? wanted.pin ?? key : key)"

        """
    }
    let text = """
      apiVersion: croft.dev/v1alpha1
      kind: Cluster
      name: home
      domain: home.example.net
      kubernetes: {distribution: k3s, version: \(wanted.version), install: {\(wanted.install)}}
      network: {nodes: 10.99.\(lab.number).0/24, pods: 10.42.0.0/16, services: 10.43.0.0/16}
      nodes:
      \(nodes)machines:
        packages: [\(wanted.packages.joined(separator: ", "))]
        files: [{path: /etc/motd, content: \(wanted.message)}]

      """
    try text.write(toFile: "\(folder)/cluster.yaml", atomically: true, encoding: .utf8)
  }

  func up(_ step: String = "nodes", _ change: (inout Wanted) -> Void = { _ in }) async throws -> CommandOutput {
    var wanted = Wanted()
    change(&wanted)
    try await write(wanted)
    return try await croft(["up", "--yes", "--until", step, "-o", "json"], wanted.environment)
  }

  /// The words that run the program on this cluster file, and its environment.
  func command(_ arguments: [String], _ further: [String: String] = [:]) -> Command {
    let environment = [
      "HOME": folder, "KUBECONFIG": folder + "/kubeconfig", "PATH": Lab.path, "LANG": "C.UTF-8",
      "CROFT_STATE": folder + "/.state", "CROFT_CACHE": folder + "/.cache",
    ]
    return Command(
      croftPath, arguments, environment: environment.merging(further) { $1 }.mapValues { Optional($0) },
      directory: folder)
  }

  func croft(_ arguments: [String], _ further: [String: String] = [:]) async throws -> CommandOutput {
    try await command(arguments, further).run(timeout: .seconds(300))
  }

  func expectReady(
    until step: String = "nodes", changes: Int? = nil, sourceLocation: SourceLocation = #_sourceLocation,
    _ change: (inout Wanted) -> Void = { _ in }
  ) async throws {
    let run = try await up(step, change)
    #expect(run.status == .exited(0), "\(run.text.suffix(2000))\(run.errorText)", sourceLocation: sourceLocation)
    if let changes {
      #expect(run.finished?["changes"]?.int == changes, "\(run.text)", sourceLocation: sourceLocation)
    }
  }

  /// One machine fails, once, with a message that has all these words; every other one is ready.
  func expectFailure(
    of name: String, _ words: [String], sourceLocation: SourceLocation = #_sourceLocation,
    _ change: (inout Wanted) -> Void = { _ in }
  ) async throws {
    let run = try await up("nodes", change)
    #expect(run.status == .exited(1), "\(run.text.suffix(2000))\(run.errorText)", sourceLocation: sourceLocation)
    let failures = Self.failures(run)
    #expect(failures.count == 1, "\(run.text)", sourceLocation: sourceLocation)
    for word in words {
      #expect(failures.first?.contains(word) == true, "\(failures)", sourceLocation: sourceLocation)
    }
    let others = lab.machines.map(\.name).filter { $0 != name }.map { "node/\($0)" }
    let ready = run.finished?["ready"]?.array?.compactMap(\.string) ?? []
    #expect(ready.sorted() == others.sorted(), sourceLocation: sourceLocation)
    #expect(run.finished?["failed"] == [.string("node/\(name)")], sourceLocation: sourceLocation)
  }

  /// What those that could not begin wait for.
  static func blocked(_ run: CommandOutput) -> [String: [String]] {
    let events = run.text.split(separator: "\n").compactMap { try? JSON(parsing: String($0)) }
      .filter { $0["event"]?.string == "releaseBlocked" }
    return Dictionary(
      events.map { ($0["release"]?.string ?? "", $0["by"]?.array?.compactMap(\.string) ?? []) },
      uniquingKeysWith: { $0 + $1 })
  }

  /// What was said of those that failed.
  static func failures(_ run: CommandOutput) -> [String] {
    run.text.split(separator: "\n").compactMap { try? JSON(parsing: String($0)) }
      .filter { $0["event"]?.string == "releaseFailed" }.compactMap { $0["reason"]?.string }
  }
}
