import Blueprint
import JSON
import Rollout
import Terminal

/// `croft plan`, of the releases, and `croft plan nodes`
enum PlanCommand: CommandGroup {
  static let commands: [any Subcommand.Type] = [PlanNodesCommand.self]

  static let spec = CommandSpec(
    name: "plan", summary: "show what a deploy would change, object by object and field by field",
    discussion: """
      Renders every release, compares it with the cluster, and lets the API server try what differs without keeping \
      it. Nothing is changed. Values of Secrets are masked. Ends with status 2 where a deploy would change something.
      """,
    options: RolloutOptions.selection + [RolloutOptions.chartMirror],
    examples: [
      .init("croft plan", "what 'croft deploy' would change"),
      .init("croft plan --only traefik", "for one release"),
      .init("croft plan -o json", "for programs: one JSON document"),
      .init("croft plan nodes", "what would be done to the machines"),
    ], subcommands: commands.map { $0.spec }, worksAlone: true)

  static func run(_ context: Context) async throws -> ExitCode {
    let blueprint = try await context.loadBlueprint().withSecrets(environment: context.environment)
    let plan = try await context.withCluster { try await make(blueprint, in: $0, context) }
    show(plan, context)
    return plan.hasChanges ? .changes : .success
  }

  static func make(_ blueprint: Blueprint, in environment: Rollout.Environment, _ context: Context) async throws -> Plan
  {
    try await Plan.make(blueprint, in: environment, options: RolloutOptions.of(context.invocation))
  }

  static func show(_ plan: Plan, _ context: Context) {
    let output = context.output
    let style = context.style
    if context.format == .json {
      output.line(plan.json.text)
      return
    }
    for release in plan.releases where release.hasChanges || context.isVerbose {
      output.line(style(release.name, .bold) + style("  \(release.layer)", .dim))
      for line in release.lines { output.line("  \(colored(line, style))") }
      if release.unchanged > 0 { output.line(style("  \(release.unchanged) unchanged", .dim)) }
      output.line()
    }
    for orphan in plan.orphans {
      output.line("\(orphan) is in the cluster but not in the file; 'croft delete \(orphan)' removes it")
    }
    output.line(plan.summary)
  }

  private static func colored(_ line: String, _ style: Style) -> String {
    switch line.first {
    case "+": style(line, .green)
    case "-", "±", "!": style(line, .red)
    case "~": style(line, .yellow)
    default: line
    }
  }
}
