import Blueprint
import Hosts
import JSON
import Lifecycle
import Provision
import Rollout
import Terminal

/// `croft up` of a k3d cluster: its node is this machine where there is none, or it says nothing of how it is reached.
enum K3dUp {
  static func run(_ access: MachineAccess, _ goal: Up.Goal, _ context: Context) async throws -> ExitCode {
    let blueprint = access.blueprint
    let node = blueprint.nodes.first
    let name = node?.name ?? "localhost"
    if let node, blueprint.system(of: node) == .nixos {
      throw Exit(.failure, "\(name) runs NixOS: import the module that 'croft render' writes; see docs/nixos.md")
    }
    let remote = node.flatMap { $0.ssh == nil && $0.addresses.isEmpty ? nil : access.host(of: $0) }
    let isHere = remote == nil
    let host: any Host = remote ?? LocalHost(name: name, clock: context.clock)
    if !isHere, goal != .kubernetes {
      throw Exit(
        .failure,
        "the API of a k3d cluster listens on \(name) alone: say --until kubernetes here, and run "
          + "'croft deploy' there")
    }
    guard let cluster = BringUpK3d(blueprint, on: host) else { throw Exit(.failure, "this is no cluster of k3d") }
    let steps: [BringUpK3d.Step]
    do { steps = try await cluster.plan() } catch let error as K3sProblem { throw Exit(.failure, "\(error)") }
    if context.format == .text, context.invocation.has("dry-run") || !context.invocation.has("yes") {
      if !steps.isEmpty { context.output.line(context.style(name, .bold)) }
      for step in steps { context.output.line("  + " + context.style("\(step)", .green)) }
    }
    if context.invocation.has("dry-run") {
      let handOver = await UpCommand.handOver(blueprint, goal, context)
      if context.format == .json {
        let machine: JSON = [
          "node": .string(name), "kubernetes": UpPreview.json(steps: steps.map { "\($0)" }),
        ]
        let json: JSON = ["nodes": [machine], "off": [], "handOver": handOver?.json ?? .null]
        context.output.line(json.text)
      } else {
        if steps.isEmpty { context.output.line("\(name): nothing to do") }
        handOver?.show(context)
      }
      return .success
    }
    if !context.invocation.has("yes") {
      if !steps.isEmpty {
        let releases = goal.deploys ? ", and then roll out the releases of \(blueprint.name)" : ""
        try await Consent.require(context, flag: "--yes") { "Do this to \(name)\(releases)?" }
      } else if goal.deploys {
        try await ExistingUp.agree(blueprint, goal, kubeconfig: cluster.kubeconfig, context)
      }
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
