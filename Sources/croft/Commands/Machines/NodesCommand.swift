import Blueprint
import Hosts
import JSON
import Provision
import Terminal

/// `croft nodes`, and `croft nodes remove`
enum NodesCommand: CommandGroup {
  static let commands: [any Subcommand.Type] = [RemoveNodeCommand.self]

  static let spec = CommandSpec(
    name: "nodes", summary: "show the machines, and what each of them lacks",
    discussion: """
      Asks every machine once, through SSH, and changes nothing. Ends with status 69 where one does not answer.
      """,
    arguments: [MachineOptions.nodes],
    examples: [
      .init("croft nodes", "all machines"),
      .init("croft nodes @storage", "those with a tag"),
      .init("croft nodes remove duck", "takes a machine out of the cluster"),
    ], subcommands: commands.map { $0.spec }, worksAlone: true)

  static func run(_ context: Context) async throws -> ExitCode {
    try await context.withMachines { access in
      let nodes = try context.selectedNodes(context.invocation.arguments, of: access.blueprint)
      let surveys = try await access.survey(nodes, stages: NodeStage.preparation)
      let rows = nodes.map { row($0, surveys[$0.name], access.blueprint) }
      if context.format == .json {
        context.output.line(JSON.array(rows.map(\.json)).text)
      } else {
        let columns = ["NAME", "ROLE", "SYSTEM", "ARCHITECTURE", "MEMORY", "K3S", "STATE"].map { Table.Column($0) }
        let table = Table(columns, rows: rows.map(\.cells))
        for line in table.lines(style: context.style) { context.output.line(line) }
      }
      return rows.contains { $0.state == "unreachable" } ? .unreachable : .success
    }
  }

  struct Row {
    var node: NodeSpec
    var facts: HostFacts?
    var state: String
    var detail: String
    var isReachable = true

    var cells: [String] {
      [
        node.name, node.role.rawValue, facts?.system.value?.name ?? "–", facts?.host.architecture ?? "–",
        facts.map { FactsCommand.size($0.host.memory) } ?? "–", facts?.k3s.value?.version ?? "–",
        detail.isEmpty ? state : "\(state): \(detail)",
      ]
    }

    var json: JSON {
      [
        "name": .string(node.name), "role": .string(node.role.rawValue), "reachable": .bool(isReachable),
        "state": .string(state), "detail": .string(detail),
        "system": facts?.system.value.map { .string($0.name) } ?? .null,
        "architecture": facts.map { .string($0.host.architecture) } ?? .null,
        "memory": facts.map { .int($0.host.memory) } ?? .null,
        "k3s": facts?.k3s.value?.version.map { .string($0) } ?? .null,
      ]
    }
  }

  static func row(
    _ node: NodeSpec, _ survey: Result<Provisioning.Survey, ProvisionError>?, _ blueprint: Blueprint
  ) -> Row {
    switch survey {
    case nil: return Row(node: node, state: "talos", detail: "")
    case .failure(let error):
      if node.sleeps(survey) {
        return Row(node: node, state: "off", detail: "it is \(node.power.mode.rawValue)", isReachable: false)
      }
      return Row(node: node, state: "unreachable", detail: error.description, isReachable: false)
    case .success(let survey):
      let plan = survey.plan
      if let refusal = plan.refusals.first {
        return Row(node: node, facts: survey.facts, state: "refused", detail: refusal.reason)
      }
      let count = plan.operations.count
      let detail = count == 0 ? "" : count == 1 ? "1 thing to do" : "\(count) things to do"
      return Row(node: node, facts: survey.facts, state: count == 0 ? "prepared" : "unprepared", detail: detail)
    }
  }
}
