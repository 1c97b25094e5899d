import Blueprint
import JSON
import Provision
import Terminal

/// `croft plan nodes`
enum PlanNodesCommand: Subcommand {
  static let spec = CommandSpec(
    name: "plan nodes", summary: "show what would be done to the machines",
    discussion: """
      Asks every machine once, through SSH, and shows what it lacks, stage by stage. Nothing is changed. Ends with \
      status 2 where something would be done or is refused, and with 69 where a machine does not answer.
      """,
    arguments: [MachineOptions.nodes], options: MachineOptions.selection,
    examples: [
      .init("croft plan nodes", "all machines"),
      .init("croft plan nodes cow --tags packages,users", "one machine, two stages"),
      .init("croft plan nodes -o json", "for programs: one JSON document"),
    ])

  static func run(_ context: Context) async throws -> ExitCode {
    try await context.withMachines { access in
      let nodes = try context.selectedNodes(context.invocation.arguments, of: access.blueprint)
      let stages = try context.selectedStages(Set(NodeStage.allCases))
      let surveys = try await access.survey(nodes, stages: stages)
      var code = ExitCode.success
      var documents: [JSON] = []
      for node in nodes {
        switch surveys[node.name] {
        case nil:
          var plan = NodePlan(node: node.name)
          plan.notes = ["runs Talos: it is configured through its API"]
          show(plan, &documents, context)
        case .success(let survey):
          show(survey.plan, &documents, context)
          if !survey.plan.isEmpty, code == .success { code = .changes }
        case .failure(let error):
          code = .unreachable
          documents.append(["node": .string(node.name), "error": .string(error.description)])
          if context.format == .text { context.error("\(node.name): \(error)") }
        }
      }
      if context.format == .json { context.output.line(JSON.array(documents).text) }
      return code
    }
  }

  private static func show(_ plan: NodePlan, _ documents: inout [JSON], _ context: Context) {
    documents.append(plan.json)
    if context.format == .text { for line in lines(plan, context.style) { context.output.line(line) } }
  }

  static func lines(_ plan: NodePlan, _ style: Style) -> [String] {
    var lines = [style(plan.node, .bold)]
    for stage in NodeStage.allCases {
      let operations = plan.operations.filter { $0.stage == stage }
      let refusals = plan.refusals.filter { $0.stage == stage }
      if operations.isEmpty, refusals.isEmpty { continue }
      lines.append("  " + style(stage.rawValue, .dim))
      for operation in operations {
        let isLoss = operation.impact.contains { if case .destroys = $0 { true } else { false } }
        let line = "    + \(operation.title)"
        lines.append(
          (isLoss ? style(line, .red) : style(line, .green)) + style(" (\(operation.observed))", .dim)
            + (operation.consequence.map { style("; \($0)", .yellow) } ?? ""))
      }
      for refusal in refusals { lines.append(style("    ! \(refusal.reason)", .red) + "; \(refusal.fix)") }
    }
    if plan.isEmpty { lines.append("  nothing to do") }
    return lines + plan.notes.map { "  " + style("note:", .dim) + " \($0)" } + [""]
  }
}
