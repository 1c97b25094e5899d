import Blueprint
import JSON
import Lifecycle
import Rollout
import Terminal

/// `croft up` where the cluster file has no `kubernetes`: the cluster is there already, and what is left is to deploy and
/// to hand over.
enum ExistingUp {
  static func run(_ blueprint: Blueprint, _ goal: Up.Goal, _ context: Context) async throws -> ExitCode {
    if context.invocation.has("dry-run") {
      PlanCommand.show(try await makePlan(blueprint, goal, context), context)
      let handOver = await UpCommand.handOver(blueprint, goal, context)
      if context.format == .text { handOver?.show(context) }
      return .success
    }
    if !context.invocation.has("yes") { try await agree(blueprint, goal, context) }
    let journal = try await Journal(path: Directories(environment: context.environment).journal)
    return try await context.show(.up, cluster: blueprint.name) { stop, sink in
      let releases = UpReleases(blueprint, goal: goal, journal, stop: stop, context)
      return try await UpCluster(releases, goal: goal, clock: context.clock, sink: sink)()
    }
  }

  /// Shows what rolling the releases out would change, where that is something, and asks whether it may.
  /// - Parameters:
  ///   - kubeconfig: in place of what the command line says, with a context of it.
  static func agree(
    _ blueprint: Blueprint, _ goal: Up.Goal, kubeconfig: String? = nil, context name: String? = nil, _ context: Context
  ) async throws {
    try await Consent.require(context, flag: "--yes") {
      let plan = try await makePlan(blueprint, goal, kubeconfig: kubeconfig, context: name, context)
      guard plan.hasChanges else { return nil }
      PlanCommand.show(plan, context)
      let engine = goal == .everything && HandOver.name(for: blueprint) != nil ? blueprint.gitops?.engine.title : nil
      return "Deploy this to \(blueprint.name)\(engine.map { ", and hand it over to \($0)" } ?? "")?"
    }
  }

  private static func makePlan(
    _ blueprint: Blueprint, _ goal: Up.Goal, kubeconfig: String? = nil, context name: String? = nil, _ context: Context
  ) async throws -> Plan {
    let blueprint = try await blueprint.withSecrets(environment: context.environment)
    var options = Deploy.Options()
    options.until = goal.lastLayer
    return try await context.withCluster(kubeconfig: kubeconfig, context: name) { [options] in
      try await Plan.make(blueprint, in: $0, options: options)
    }
  }
}

extension UpCommand {
  /// What would be handed over, or what is in the way, as the repository is now. What the user does by hand is said.
  static func handOver(_ blueprint: Blueprint, _ goal: Up.Goal, _ context: Context) async -> HandOverPreview? {
    guard goal == .everything else { return nil }
    if let note = HandOver.note(for: blueprint) { context.warn(note) }
    guard let name = HandOver.name(for: blueprint), let gitops = blueprint.gitops,
      let tree = DeployedTree(blueprint, context)
    else { return nil }
    var preview = HandOverPreview(name: name, gitops: gitops)
    do { preview.commit = try await tree.committed().commit } catch { preview.problem = "\(error)" }
    return preview
  }
}

/// What a dry run says of the hand-over.
struct HandOverPreview {
  /// `gitops/flux`
  var name: String
  var gitops: GitOpsSpec
  /// It holds what is deployed.
  var commit: String?
  var problem: String?

  func show(_ context: Context) {
    context.output.line(context.style(name, .bold))
    if let commit {
      let place = "commit \(commit.prefix(7)) of \(gitops.branch) holds what is deployed"
      context.output.line("  + " + context.style("hand over to \(gitops.engine.title) (\(place))", .green))
    }
    if let problem { context.output.line("  ! " + context.style(problem, .red)) }
    context.output.line("")
  }

  var json: JSON {
    ["name": .string(name), "commit": commit.map(JSON.string) ?? .null, "problem": problem.map(JSON.string) ?? .null]
  }
}
