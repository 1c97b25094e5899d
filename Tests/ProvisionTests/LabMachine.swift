import Blueprint
import Glibc
import Hosts
import Lab
import Testing

@testable import Provision

/// The machine `cow` of a lab that a whole suite shares, so that not every test waits for one to start.
struct LabMachine: Sendable {
  @TaskLocal static var shared: LabMachine?

  /// For suites: `@Suite(.serialized, .labMachine)`.
  struct OneMachine: SuiteTrait, TestScoping {
    func provideScope(
      for test: Test, testCase: Test.Case?, performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
      try await withMachines(Machines.Options(machines: ["cow"])) { lab in
        let machine = LabMachine(lab, "cow")
        try await LabMachine.$shared.withValue(machine) { try await function() }
        await machine.host.close()
      }
    }
  }

  static var current: LabMachine {
    get throws { try #require(shared, "the suite has no machine: @Suite(.labMachine)") }
  }

  let lab: Machines
  let machine: Machine
  let host: SSHHost

  init(_ lab: Machines, _ name: String) {
    self.lab = lab
    machine = lab[name]
    host = SSHHost(name: name, SSHDestination(host: name, configuration: lab.sshConfigPath))
  }

  /// A cluster file with this machine alone.
  /// - Parameter hardware: what else stands in the node, with a comma before it.
  func file(_ machines: String, hardware: String = "") -> String {
    head + """
      network: {nodes: [10.99.\(lab.number).0/24], router: 10.99.\(lab.number).1}
      nodes: [{name: cow, role: control-plane, addresses: [\(machine.address)], ssh: {user: root}\(hardware)}]
      machines: \(machines)

      """
  }

  static func provisioning(
    _ text: String, log: @escaping @Sendable (ProvisionEvent) -> Void = { _ in }
  ) throws -> Provisioning {
    Provisioning(
      try blueprint(text), clock: ContinuousClock(),
      time: {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
      }, emit: log)
  }

  func apply(_ text: String) async throws -> Result<Int, ProvisionError> {
    let provisioning = try Self.provisioning(text)
    let machine = Provisioning.Machine(provisioning.blueprint.nodes[0], host)
    return try #require(await provisioning.apply(to: [machine])["cow"])
  }

  /// Something is done, and then found done.
  func expectReady(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let first = try await apply(text)
    guard case .success(let changes) = first, changes > 0 else {
      Issue.record("\(first)", sourceLocation: sourceLocation)
      return
    }
    #expect(try await apply(text) == .success(0), sourceLocation: sourceLocation)
  }

  /// What a script writes that runs there as root; its status does not matter.
  @discardableResult
  func shell(_ text: String) async throws -> String {
    try await host.run(HostScript(text, asRoot: true, timeout: .seconds(300), label: "a test")).text
  }

  /// Waits there until a test of the shell is true, for a minute and a half at most.
  func until(_ test: String) async throws {
    try await shell("i=0; until \(test) || [ $i -ge 900 ]; do i=$((i + 1)); sleep 0.1; done")
  }
}

extension Trait where Self == LabMachine.OneMachine {
  static var labMachine: Self { Self() }
}
