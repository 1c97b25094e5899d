public import Blueprint
public import Hosts

/// Prepares machines: looks at each, decides what is missing, does it, and looks again.
///
/// Machines are worked on at the same time. One that cannot go on stops alone.
public struct Provisioning: Sendable {
  public struct Machine: Sendable {
    public var node: NodeSpec
    public var host: any Host
    /// Public keys that Croft logs in with, where that is known.
    public var keys: [String]
    public init(_ node: NodeSpec, _ host: any Host, keys: [String] = []) {
      self.node = node
      self.host = host
      self.keys = keys
    }
  }

  public struct Options: Sendable {
    public var stages = NodeStage.preparation
    /// How many machines are worked on at the same time.
    public var width = 8
    /// Disks that may lose what is on them.
    public var consent: Set<DiskFingerprint> = []
    /// How long a machine has to come back from its restart.
    public var restartTimeout = Duration.seconds(600)
    /// Whether also what no plan needs is asked of machines.
    public var asksEverything = false
    public init() {}
  }

  public let blueprint: Blueprint
  /// What the cluster file's `source` and `key` name, by path (`provisionSources`).
  public let sources: [String: [UInt8]]
  public let options: Options
  let clock: any Clock<Duration>
  let time: @Sendable () -> Double
  let isStopped: @Sendable () -> Bool
  let emit: @Sendable (ProvisionEvent) -> Void

  /// - Parameters:
  ///   - time: seconds since 1970.
  ///   - isStopped: whether what runs is to end and nothing new to start. Cancelling the task instead cuts off what runs.
  ///   - emit: called from several tasks.
  public init(
    _ blueprint: Blueprint, sources: [String: [UInt8]] = [:], options: Options = Options(),
    clock: any Clock<Duration>, time: @escaping @Sendable () -> Double,
    isStopped: @escaping @Sendable () -> Bool = { false },
    emit: @escaping @Sendable (ProvisionEvent) -> Void = { _ in }
  ) {
    self.blueprint = blueprint
    self.sources = sources
    self.options = options
    self.clock = clock
    self.time = time
    self.isStopped = isStopped
    self.emit = emit
  }

  /// What a machine is, and what it lacks.
  public struct Survey: Sendable {
    public var facts: HostFacts
    public var plan: NodePlan
  }

  /// What the machines are and lack, by name. Nothing is changed.
  public func survey(_ machines: [Machine]) async -> [String: Result<Survey, ProvisionError>] {
    await each(machines) { machine throws(ProvisionError) in try await survey(machine) }
  }

  /// Prepares machines, and gives how many things were changed on each.
  public func apply(to machines: [Machine]) async -> [String: Result<Int, ProvisionError>] {
    let turns = RestartTurns()
    return await each(machines) { machine throws(ProvisionError) in
      let run = MachineRun(provisioning: self, machine: machine, turns: turns)
      do throws(ProvisionError) { return try await run.run() } catch {
        emit(.stopped(node: machine.node.name, error))
        throw error
      }
    }
  }

  func survey(_ machine: Machine) async throws(ProvisionError) -> Survey {
    var request = factsRequest(blueprint, machine.node, sources: sources)
    if options.asksEverything { request.unneeded = [] }
    let facts = try await Provision.survey(machine.host, request, time: time)
    let plan = operations(blueprint, machine.node, facts, sources: sources, keys: machine.keys)
    return Survey(facts: facts, plan: plan.limited(to: options.stages))
  }

  private func each<Value: Sendable>(
    _ machines: [Machine], _ work: @escaping @Sendable (Machine) async throws(ProvisionError) -> Value
  ) async -> [String: Result<Value, ProvisionError>] {
    await withTaskGroup(of: (String, Result<Value, ProvisionError>).self) { group in
      var results: [String: Result<Value, ProvisionError>] = [:]
      var waiting = machines[...]
      func start() {
        guard let machine = waiting.popFirst() else { return }
        group.addTask {
          do throws(ProvisionError) { return (machine.node.name, .success(try await work(machine))) } catch {
            return (machine.node.name, .failure(error))
          }
        }
      }
      for _ in 0..<max(1, options.width) { start() }
      while let (name, result) = await group.next() {
        results[name] = result
        start()
      }
      return results
    }
  }
}
