import Blueprint
import Hosts
import Lifecycle
import Provision
import Rollout
import Terminal

/// `croft up` of a k3d cluster: its node is this machine where it says nothing of how it is reached.
enum K3dUp {
  static func run(_ access: MachineAccess, _ goal: Up.Goal, _ context: Context) async throws -> ExitCode {
    let blueprint = access.blueprint
    guard let node = blueprint.nodes.first else {
      throw Exit(.failure, "the cluster file has no node for k3d to run on")
    }
    if blueprint.system(of: node) == .nixos {
      throw Exit(.failure, "\(node.name) runs NixOS: import the module that 'croft render' writes; see docs/nixos.md")
    }
    let isHere = node.ssh == nil && node.addresses.isEmpty
    let host: any Host = isHere ? LocalHost(name: node.name, clock: context.clock) : access.host(of: node)
    if !isHere, goal != .kubernetes {
      throw Exit(
        .failure,
        "the API of a k3d cluster listens on \(node.name) alone: say --until kubernetes here, and run "
          + "'croft deploy' there")
    }
    guard let cluster = BringUpK3d(blueprint, on: host) else { throw Exit(.failure, "this is no cluster of k3d") }
    let steps: [BringUpK3d.Step]
    do { steps = try await cluster.plan() } catch let error as K3sProblem { throw Exit(.failure, "\(error)") }
    if context.format == .text, context.invocation.has("dry-run") || !context.invocation.has("yes") {
      if !steps.isEmpty { context.output.line(context.style(node.name, .bold)) }
      for step in steps { context.output.line("  + " + context.style("\(step)", .green)) }
    }
    if context.invocation.has("dry-run") {
      await UpCommand.showHandOver(blueprint, goal, context)
      return .success
    }
    if !steps.isEmpty, !context.invocation.has("yes") {
      try await Consent.require(context, flag: "--yes") { "Do this to \(node.name)?" }
    }
    let journal = try await Journal(path: Directories(environment: context.environment).journal)
    return try await context.show(.up, cluster: blueprint.name) { stop, sink in
      let up = UpK3d(
        blueprint, cluster: cluster, steps: steps, goal: goal, clock: context.clock,
        releases: UpReleases(
          blueprint, goal: goal, kubeconfig: cluster.kubeconfig, journal, stop: stop, context),
        sink: sink)
      return try await up()
    }
  }
}
