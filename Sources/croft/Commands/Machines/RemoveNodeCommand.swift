import Blueprint
import Hosts
import JSON
import Kubernetes
import Provision
import Redaction
import Rollout
import Terminal

/// `croft nodes remove`
enum RemoveNodeCommand: Subcommand {
  static let spec = CommandSpec(
    name: "nodes remove", summary: "take a machine out of the cluster",
    discussion: """
      Lets no more pods start there, evicts those that run there as far as disruption budgets allow, deletes the Node, \
      which takes a server out of etcd, and removes k3s with its state and configuration from the machine. Volumes on it \
      stay. The last server is not removed, nor one that etcd needs for its majority. Shows what will happen and wants \
      the node's name once more. Where your kubeconfig reaches the cluster through this machine, it goes through another \
      server afterwards. A run that was cut off is gone on with by the same command. Take the node out of the \
      cluster file afterwards, or 'croft up' brings it back.
      """,
    arguments: [ArgumentSpec(label: "NODE", kind: .nodes, arity: .one, help: "the machine")],
    options: [
      .value("confirm", nil, "NODE", .nodes, "the node's name once more, in place of the question"),
      .flag("force-unreachable", nil, "go on where the machine does not answer; k3s stays on it"),
    ],
    examples: [
      .init("croft nodes remove duck", "shows what will happen, asks for the name, and does it"),
      .init("croft nodes remove duck --confirm duck", "without a question"),
    ])

  static func run(_ context: Context) async throws -> ExitCode {
    let name = context.invocation.arguments[0]
    if let confirmed = context.invocation.value("confirm"), confirmed != name {
      throw Exit(.usage, "--confirm wants the name of the node to remove: that is '\(name)', not '\(confirmed)'")
    }
    return try await context.withMachines { access in
      let blueprint = access.blueprint
      guard let node = blueprint.nodes.first(where: { $0.name == name }) else {
        _ = try context.selectedNodes([name], of: blueprint)
        throw Exit(.usage, "name one machine, not a tag")
      }
      guard blueprint.kubernetes?.distribution == .k3s else {
        throw Exit(.failure, "'croft nodes remove' takes machines out of clusters of k3s alone")
      }
      let (hosts, facts) = try await reachable(node, access, context)
      // A kubeconfig may go through the machine that is to be removed, or lead to another cluster.
      let entrance = try? await K3sAccess(
        blueprint, hosts: hosts,
        facts: facts.filter { $0.key != name && $0.value.units.value?["k3s.service"]?.isActive != false })
      do {
        guard let entrance else {
          return try await context.withCluster { try await remove(node, blueprint, hosts, $0.api, nil, context) }
        }
        let kubeconfig = try Kubeconfig(entrance.kubeconfig.reveal(), file: "the kubeconfig of \(entrance.server)")
        let cluster = Cluster(try kubeconfig.access(), clock: context.clock)
        do {
          let code = try await remove(node, blueprint, hosts, cluster, entrance, context)
          await cluster.close()
          return code
        } catch {
          await cluster.close()
          throw error
        }
      } catch let problem as K3sProblem {
        throw Exit(.failure, "\(problem)")
      }
    }
  }

  /// - Parameter entrance: another server's way in, which the user's kubeconfig is to have where it has the machine's.
  private static func remove(
    _ node: NodeSpec, _ blueprint: Blueprint, _ hosts: [String: any Host], _ api: any KubernetesAPI,
    _ entrance: K3sAccess?, _ context: Context
  ) async throws -> ExitCode {
    let removal = RemoveNode(blueprint, node: node, hosts: hosts, api: api, clock: context.clock) { line in
      if context.format == .text { context.output.line("\(node.name): \(line)") }
    }
    let plan = try await removal.plan()
    try await consent(to: plan, context)
    try await removal.run(plan)
    let file = try KubeconfigFile(context)
    let gone = K3sAccess.urls(of: node, blueprint)
    let isMoved =
      try entrance.map { try file.move(context: blueprint.name, from: gone, to: $0.url) } ?? false
    finish(plan, isMoved ? (file.path, blueprint.name, entrance?.server ?? "") : nil, context)
    return .success
  }

  /// The machine and the servers, as far as they answer.
  private static func reachable(
    _ node: NodeSpec, _ access: MachineAccess, _ context: Context
  ) async throws -> (hosts: [String: any Host], facts: [String: HostFacts]) {
    let nodes = access.blueprint.nodes.filter { $0.name == node.name || $0.role == .controlPlane }
    let surveys = try await access.survey(nodes, stages: [])
    if case .failure(let error)? = surveys[node.name], !context.invocation.has("force-unreachable") {
      throw Exit(
        .unreachable,
        "\(node.name): \(error.description); bring it back, or say --force-unreachable to take it out as it is")
    }
    var hosts: [String: any Host] = [:]
    for machine in access.machines(nodes) {
      if case .success? = surveys[machine.node.name] { hosts[machine.node.name] = machine.host }
    }
    return (hosts, surveys.compactMapValues { try? $0.get().facts })
  }

  private static func consent(to plan: RemovalPlan, _ context: Context) async throws {
    if context.format == .text {
      context.output.line(context.style("\(plan.node) is removed from the cluster:", .bold))
      for step in plan.steps { context.output.line("  - " + context.style(step, .red)) }
    }
    for warning in plan.warnings { context.warn(warning) }
    if context.invocation.value("confirm") != nil { return }
    guard TerminalDevice.standardInput.isTerminal, TerminalDevice.standardError.isTerminal else {
      throw Exit(.usage, "there is no terminal to ask on; say --confirm \(plan.node) to go on without a question")
    }
    let answer = try await Prompt.line("Type the node's name to remove it: ")
    guard answer?.filter({ !$0.isWhitespace }) == plan.node else { throw Exit(.failure, "nothing was changed") }
  }

  /// - Parameter moved: the kubeconfig and its context that go through another server now.
  private static func finish(
    _ plan: RemovalPlan, _ moved: (path: String, context: String, server: String)?, _ context: Context
  ) {
    if context.format == .json {
      let json: JSON = [
        "node": .string(plan.node), "evicted": .array(plan.evicted.map(JSON.string)),
        "warnings": .array(plan.warnings.map(JSON.string)), "cleaned": .bool(plan.isReachable),
        "kubeconfig": moved.map {
          ["path": .string($0.path), "context": .string($0.context), "server": .string($0.server)]
        }
          ?? .null,
      ]
      context.output.line(json.text)
      return
    }
    if let moved {
      context.output.line("\(moved.path): the context \(moved.context) goes through \(moved.server) now")
    }
    context.output.line(
      "\(plan.node) is out of the cluster; take it out of the cluster file, or 'croft up' brings it back")
  }
}
