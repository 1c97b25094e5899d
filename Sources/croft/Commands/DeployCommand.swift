import Blueprint
import Rollout
import Terminal

/// `croft deploy`
enum DeployCommand: Subcommand {
  static let spec = CommandSpec(
    name: "deploy", summary: "bring the cluster to where its file wants it",
    discussion: """
      Rolls the releases out layer by layer, each when what it depends on is ready, and waits until everything is. \
      A release that does not become ready stops its dependents and nothing else. What is unchanged is not written. \
      An interrupted run goes on where it was: Ctrl-C stops after what is in flight, and the same command continues.
      """,
    options: RolloutOptions.selection + [
      .flag("yes", "y", "do not ask before changing the cluster"),
      .flag("dry-run", nil, "show what would change, like 'croft plan', and end with status 0"),
      RolloutOptions.chartMirror,
    ],
    examples: [
      .init("croft deploy", "shows what would change, asks, and does it"),
      .init("croft deploy --yes", "does not ask, as in a pipeline"),
      .init("croft deploy --until core-infrastructure", "goes no further than this layer"),
      .init("croft deploy --only paperless,traefik", "two releases alone"),
    ])

  static func run(_ context: Context) async throws -> ExitCode {
    let blueprint = try await context.loadBlueprint().withSecrets(environment: context.environment)
    return try await context.withCluster { environment in
      if context.invocation.has("dry-run") {
        PlanCommand.show(try await PlanCommand.make(blueprint, in: environment, context), context)
        return .success
      }
      if !context.invocation.has("yes") {
        try await Consent.require(context, flag: "--yes") {
          let plan = try await PlanCommand.make(blueprint, in: environment, context)
          guard plan.hasChanges else { return nil }
          PlanCommand.show(plan, context)
          return "Deploy this to \(blueprint.name)?"
        }
      }
      let journal = try await Journal(path: Directories(environment: context.environment).journal)
      return try await context.show(.deploy, cluster: blueprint.name) { stop, sink in
        try await Deploy(
          blueprint, in: environment, options: RolloutOptions.of(context.invocation), journal: journal, stop: stop,
          sink: sink
        ).run()
      }
    }
  }
}
