import Blueprint
import Hosts
import JSON
import Lifecycle
import Provision
import Terminal

/// What `croft up` would do to the machines and to k3s on them, as far as they answered.
struct UpPreview {
  let blueprint: Blueprint
  let goal: Up.Goal
  /// Those that are off as they may be.
  let sleeping: [NodeSpec]
  private let machines: [Machine]

  /// A machine, and what it lacks.
  private struct Machine {
    var name: String
    var plan: NodePlan
    var k3s: K3sNodePlan?
    /// Why nothing is known of it.
    var error: ProvisionError?

    var isMissingSomething: Bool { !plan.isEmpty || k3s?.isEmpty == false }
  }

  /// - Parameters:
  ///   - nodes: those that are prepared.
  ///   - isNamed: whether the command line names them: then none of them may be off.
  init(
    _ blueprint: Blueprint, _ nodes: [NodeSpec], isNamed: Bool,
    _ surveys: [String: Result<Provisioning.Survey, ProvisionError>], _ goal: Up.Goal
  ) {
    self.blueprint = blueprint
    self.goal = goal
    let sleeping = isNamed ? [] : nodes.filter { $0.role == .worker && $0.sleeps(surveys[$0.name]) }
    self.sleeping = sleeping
    let facts = surveys.compactMapValues { try? $0.get().facts }
    machines = nodes.compactMap { node in
      if sleeping.contains(where: { $0.name == node.name }) { return nil }
      var machine = Machine(name: node.name, plan: NodePlan(node: node.name))
      switch surveys[node.name] {
      case nil: return nil
      case .failure(let error): machine.error = error
      case .success(let survey):
        machine.plan = survey.plan.limited(to: NodeStage.preparation)
        if goal != .nodes { machine.k3s = k3sPlan(blueprint, node, facts: facts) }
      }
      return machine
    }
  }

  var isAnythingMissing: Bool { machines.contains(where: \.isMissingSomething) }
  var isAnyoneSilent: Bool { machines.contains { $0.error != nil } }

  /// What each machine lacks, and why nothing is known of some.
  func show(_ context: Context) {
    for machine in machines {
      if let error = machine.error { context.error("\(machine.name): \(error)") }
      if !machine.isMissingSomething { continue }
      for line in lines(machine, context.style) { context.output.line(line) }
      context.output.line("")
    }
  }

  private func lines(_ machine: Machine, _ style: Style) -> [String] {
    var lines = [style(machine.name, .bold)]
    if !machine.plan.isEmpty { lines = PlanNodesCommand.lines(machine.plan, style).dropLast() }
    if let k3s = machine.k3s, !k3s.isEmpty {
      lines.append("  " + style("kubernetes", .dim))
      for step in k3s.steps { lines.append("    + " + style("\(step)", k3s.restarts ? .yellow : .green)) }
      for refusal in k3s.refusals { lines.append("    ! " + style("\(refusal)", .red)) }
    }
    return lines
  }

  /// The end of a dry run: nothing to do is said too, and what is behind the machines.
  func showEnd(_ context: Context) {
    for node in sleeping { context.warn(Self.note(on: node)) }
    if !machines.isEmpty, !isAnythingMissing, !isAnyoneSilent {
      let names = machines.map(\.name).joined(separator: ", ")
      context.output.line("\(names): nothing to do")
    }
    if goal.deploys, !isAnyoneSilent { context.output.line("then the releases: 'croft plan' shows what would change") }
  }

  static func note(on node: NodeSpec) -> String {
    "\(node.name) is off, as it may be (\(node.power.mode.rawValue)): it is left as it is"
  }

  /// `{"nodes":[…],"off":[…]}`
  var json: JSON {
    [
      "nodes": .array(
        machines.map { machine in
          if let error = machine.error { return ["node": .string(machine.name), "error": .string("\(error)")] }
          var json = machine.plan.json
          json["kubernetes"] = Self.json(
            steps: machine.k3s?.steps.map { "\($0)" } ?? [], refusals: machine.k3s?.refusals ?? [])
          return json
        }),
      "off": .array(sleeping.map { .string($0.name) }),
    ]
  }

  static func json(steps: [String], refusals: [Refusal] = []) -> JSON {
    [
      "steps": .array(steps.map(JSON.string)),
      "refusals": .array(refusals.map { ["reason": .string($0.reason), "fix": .string($0.fix)] }),
    ]
  }
}

extension NodeSpec {
  /// Whether it is off as it may be: nothing answers there, and its `power` says that it need not be on.
  func sleeps(_ survey: Result<Provisioning.Survey, ProvisionError>?) -> Bool {
    guard power.mode != .always, case .failure(.host(.unreachable))? = survey else { return false }
    return true
  }
}
