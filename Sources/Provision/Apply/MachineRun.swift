import Blueprint
import Hosts
import Synchronization

/// One machine, from what it is to what it is to be.
struct MachineRun {
  let provisioning: Provisioning
  let machine: Provisioning.Machine
  let turns: RestartTurns

  private var name: String { machine.node.name }
  private var clock: any Clock<Duration> { provisioning.clock }

  /// Some of what is missing shows only when something else is there, so that it may take more than one round. What was
  /// done and stays missing is an error.
  func run() async throws(ProvisionError) -> Int {
    let stopwatch = Stopwatch(clock)
    var survey = try await provisioning.survey(machine)
    provisioning.emit(.surveyed(node: name, elapsed: stopwatch.elapsed))
    for note in survey.plan.notes { provisioning.emit(.note(node: name, note)) }
    var done: [Operation.Action] = []
    while true {
      let plan = survey.plan
      if !plan.refusals.isEmpty { throw .refused(plan.refusals) }
      if plan.operations.isEmpty { break }
      let lost = Set(plan.destroyed).subtracting(provisioning.options.consent)
      if !lost.isEmpty { throw .consent(lost.sorted { $0.device < $1.device }) }
      provisioning.emit(.planned(node: name, plan))
      for stage in NodeStage.allCases {
        let operations = plan.operations.filter { $0.stage == stage }
        if !operations.isEmpty { try await perform(stage, operations, survey.facts) }
      }
      done += plan.operations.map(\.action)
      survey = try await look(after: done)
    }
    provisioning.emit(.ready(node: name, changes: done.count, elapsed: stopwatch.elapsed))
    return done.count
  }

  /// What was told to a service may become true a moment later: an address is away while a network is made anew.
  private func look(after done: [Operation.Action]) async throws(ProvisionError) -> Provisioning.Survey {
    var furtherLooks = 10
    while true {
      let survey = try await provisioning.survey(machine)
      let again = survey.plan.operations.filter { done.contains($0.action) }
      // What is refused is for the caller to say.
      if again.isEmpty || !survey.plan.refusals.isEmpty { return survey }
      if furtherLooks == 0 { throw .notTrue(again) }
      furtherLooks -= 1
      guard await pause(.seconds(1)) else { throw .stopped }
    }
  }

  private func perform(_ stage: NodeStage, _ operations: [Operation], _ facts: HostFacts) async throws(ProvisionError) {
    if Task.isCancelled || provisioning.isStopped() { throw .stopped }
    let stopwatch = Stopwatch(clock)
    provisioning.emit(.stageStarted(node: name, stage))
    let scripted = operations.filter { $0.script != nil }
    if !scripted.isEmpty { try await run(stage, scripted) }
    for operation in scripted {
      if let confirmation = operation.confirmation { try await confirm(operation, confirmation) }
    }
    if operations.contains(where: { $0.action == .reboot }) { try await restart(facts) }
    provisioning.emit(.stageDone(node: name, stage, elapsed: stopwatch.elapsed))
  }

  /// All of a stage's operations in one script.
  private func run(_ stage: NodeStage, _ operations: [Operation]) async throws(ProvisionError) {
    let batch = StageScript(operations: operations)
    let progress = Progress()
    let emit = provisioning.emit
    let name = name
    let script = HostScript(
      batch.text, asRoot: true, timeout: stage == .packages ? .seconds(3600) : .seconds(600),
      label: "the stage \(stage)")
    let output: HostResult
    do throws(HostError) {
      output = try await machine.host.run(script) { line in
        guard line.stream == .output, let index = StageScript.started(line.text), operations.indices.contains(index)
        else { return }
        if let last = progress.advance(to: index) {
          emit(.operationDone(node: name, stage, title: operations[last].title))
        }
        emit(.operationStarted(node: name, stage, title: operations[index].title))
      }
    } catch {
      throw .host(error)
    }
    let results: [StageScript.Result]
    do throws(FrameError) { results = try batch.results(output.output) } catch {
      let title = operations[progress.current ?? 0].title
      throw .interrupted(stage: stage, title: title, said: String(output.errors.prefix(200)))
    }
    for (operation, result) in zip(operations, results) where result.status != 0 {
      let (reason, fix) = Explanation.of(operation, result.lines)
      throw .operation(stage: stage, title: operation.title, reason: reason, fix: fix, lines: result.lines)
    }
    emit(.operationDone(node: name, stage, title: operations[operations.count - 1].title))
  }

  // MARK: Changes that go back by themselves

  /// Logs in anew, and only then lets a change stay.
  private func confirm(
    _ operation: Operation, _ confirmation: (name: String, test: String)
  ) async throws(ProvisionError) {
    provisioning.emit(.waiting(node: name, "a new login"))
    let script = HostScript(
      Operation.confirm(confirmation.name, confirmation.test), asRoot: true, timeout: .seconds(20),
      label: "a login after the change")
    let stopwatch = Stopwatch(clock)
    var reason = ""
    // The change goes back after 120 seconds.
    while stopwatch.elapsed < .seconds(80) {
      await machine.host.close()
      do throws(HostError) {
        let result = try await machine.host.run(script)
        if result.isSuccess { return }
        reason = result.status == 7 ? "the change is not in effect" : String(result.errors.prefix(200))
      } catch {
        reason = error.description
      }
      guard await pause(.seconds(2)) else { throw .stopped }
    }
    throw .takenBack(title: operation.title, reason: reason)
  }

  // MARK: Restart

  private func restart(_ facts: HostFacts) async throws(ProvisionError) {
    let isServer = machine.node.role == .controlPlane
    guard isServer else {
      try await restartNow(facts)
      return
    }
    if await turns.isTaken { provisioning.emit(.waiting(node: name, "its turn to restart")) }
    try await turns.begin(name)
    do throws(ProvisionError) { try await restartNow(facts) } catch {
      await turns.end(name, isBack: false)
      throw error
    }
    await turns.end(name, isBack: true)
  }

  /// The machine counts as back when its boot is another one, and what ran of Kubernetes runs again.
  private func restartNow(_ facts: HostFacts) async throws(ProvisionError) {
    provisioning.emit(.restarting(node: name))
    let stopwatch = Stopwatch(clock)
    let restart = HostScript(
      "systemd-run --quiet --collect --on-active 1 --timer-property AccuracySec=100ms systemctl reboot\n", asRoot: true,
      label: "the restart")
    do throws(HostError) {
      let result = try await machine.host.run(restart)
      if !result.isSuccess {
        throw HostError.programProblem(
          host: name, name: "systemctl reboot", said: String(result.errors.prefix(200)), fix: "restart it yourself")
      }
    } catch {
      throw .host(error)
    }
    let units = NodePlanner.k3sUnits.filter { facts.units.value?[$0]?.isActive ?? false }
    let check = HostScript(
      "cat /proc/sys/kernel/random/boot_id\n"
        + (units.isEmpty ? "" : "systemctl is-active \(units.joined(separator: " "))\n"),
      timeout: .seconds(20), label: "a look whether it is back")
    var reason = "it did not go down"
    while stopwatch.elapsed < provisioning.options.restartTimeout {
      guard await pause(.seconds(2)) else { throw .stopped }
      await machine.host.close()
      do throws(HostError) {
        let result = try await machine.host.run(check)
        let lines = result.text.split(separator: "\n")
        if let boot = lines.first, boot != facts.host.bootID {
          if result.isSuccess {
            provisioning.emit(.restarted(node: name, elapsed: stopwatch.elapsed))
            return
          }
          reason = "\(units.joined(separator: ", ")) is \(lines.dropFirst().joined(separator: ", "))"
        }
      } catch {
        reason = error.description
      }
    }
    throw .notBack(after: provisioning.options.restartTimeout, reason: reason)
  }

  /// `false`: the task was cancelled.
  private func pause(_ duration: Duration) async -> Bool {
    do { try await clock.sleep(for: duration) } catch { return false }
    return true
  }
}

/// Which operation of a stage runs.
private final class Progress: Sendable {
  private let place = Mutex<Int?>(nil)
  var current: Int? { place.withLock { $0 } }

  /// The one that ran before.
  func advance(to index: Int) -> Int? {
    place.withLock { place in
      defer { place = index }
      return place
    }
  }
}
