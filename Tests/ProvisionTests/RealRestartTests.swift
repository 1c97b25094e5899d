import Blueprint
import Hosts
import Lab
import Synchronization
import Testing

@testable import Provision

/// Machines that have to restart because their kernel lacks a word of its command line.
@Suite(.enabled(if: Lab.hasMachines, "no machines here: 'make setup' as root"), .timeLimit(.minutes(10)))
struct RealRestartTests {
  /// Without k3s there is nothing but the machine itself to be waited for.
  @Test func serversRestartOneAfterTheOtherAndAreWaitedFor() async throws {
    var options = Machines.Options(machines: ["cow", "sheep"])
    options.board = .raspberryPi
    try await withMachines(options) { lab in
      let machines = lab.machines.map { LabMachine(lab, $0.name) }
      let nodes = machines.map {
        "{name: \($0.machine.name), role: control-plane, addresses: [\($0.machine.address)], ssh: {user: root}}"
      }
      let text =
        head + """
          network: {nodes: [10.99.\(lab.number).0/24], router: 10.99.\(lab.number).1}
          nodes: [\(nodes.joined(separator: ", "))]

          """
      var boots: [String] = []
      for machine in machines { boots.append(try await machine.machine.bootID) }
      let restarts = Mutex<[String]>([])
      let provisioning = try LabMachine.provisioning(text) { event in
        switch event {
        case .restarting(let node): restarts.withLock { $0.append("\(node) goes") }
        case .restarted(let node, _): restarts.withLock { $0.append("\(node) is back") }
        default: break
        }
      }
      let targets = zip(provisioning.blueprint.nodes, machines).map { Provisioning.Machine($0, $1.host) }
      let stopwatch = Stopwatch(ContinuousClock())
      let results = await provisioning.apply(to: targets)
      // A machine of the lab is back in seconds; who does not see it waits for ten minutes.
      #expect(stopwatch.elapsed < .seconds(180))
      for result in results.values {
        guard case .success(let changes) = result, changes > 0 else {
          Issue.record("\(result)")
          return
        }
      }
      let order = restarts.withLock { $0 }
      let first = order.first == "cow goes" ? "cow" : "sheep"
      let second = first == "cow" ? "sheep" : "cow"
      #expect(order == ["\(first) goes", "\(first) is back", "\(second) goes", "\(second) is back"])
      for (machine, boot) in zip(machines, boots) {
        #expect(try await machine.machine.bootID != boot)
        #expect(try await machine.machine.run("cat /proc/cmdline /boot/firmware/cmdline.txt").contains("cgroup_enable"))
        #expect(try await machine.machine.run("cat /proc/cgroups").contains("memory"))
      }
      #expect(await provisioning.apply(to: targets) == ["cow": .success(0), "sheep": .success(0)])
      for machine in machines { await machine.host.close() }
    }
  }
}
