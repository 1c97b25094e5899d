public import Blueprint
public import Hosts
import Redaction
import Render

/// Brings k3s up on the machines that are prepared for it: the first server, then further servers one at a time, then
/// agents side by side. Run again, it goes on where it was; where all is as it is to be, it only looks.
///
/// A server joins or restarts only while every other one is well, so that etcd never loses its majority to it; and the
/// next one waits until this one is well again.
public struct BringUpK3s: Sendable {
  let blueprint: Blueprint
  let hosts: [String: any Host]
  let program: K3sProgram
  let clock: any Clock<Duration>
  let emit: @Sendable (K3sEvent) async -> Void

  /// How long a machine may take until it is well: images are pulled, a Raspberry Pi is slow.
  public var patience: Duration = .seconds(600)
  /// Between two looks at a machine that starts.
  var interval: Duration = .milliseconds(500)
  var agentsAtOnce = 8

  /// - Parameters:
  ///   - hosts: by the names of the nodes.
  ///   - emit: what happens, in order for each machine.
  public init(
    _ blueprint: Blueprint, hosts: [String: any Host], program: K3sProgram, clock: any Clock<Duration>,
    emit: @escaping @Sendable (K3sEvent) async -> Void
  ) {
    self.blueprint = blueprint
    self.hosts = hosts
    self.program = program
    self.clock = clock
    self.emit = emit
  }

  /// - Parameters:
  ///   - facts: what was found on the machines. One that is missing could not be asked: nothing is done there, and a
  ///     new cluster is not started while a server is silent, since a cluster may live on it.
  /// - Returns: what went wrong, by node; empty: every machine that answered is in the cluster and well.
  public func run(_ facts: [String: HostFacts]) async throws -> [K3sProblem] {
    let cluster = K3sCluster(blueprint: blueprint, facts: facts)
    let nodes = blueprint.nodes.filter { facts[$0.name] != nil && blueprint.runsK3s(on: $0) }
    var plans: [String: K3sNodePlan] = [:]
    var problems: [K3sProblem] = []
    for node in nodes {
      let plan = k3sPlan(blueprint, node, facts: facts)
      problems += plan.refusals.map { K3sProblem(node.name, $0.reason, fix: $0.fix) }
      if plan.refusals.isEmpty { plans[node.name] = plan }
    }
    for problem in problems { await emit(.failed(problem)) }

    var established = cluster.established
    let newcomers = blueprint.servers.filter { server in !established.contains { $0.name == server.name } }
    // What keeps the first server from starting the cluster has been said.
    if established.isEmpty, let first = newcomers.first, problems.contains(where: { $0.node == first.name }) {
      return problems
    }
    if established.isEmpty, let problem = whyNotBegin(newcomers, facts) {
      await emit(.failed(problem))
      return problems + [problem]
    }
    // Those that run come first: their restarts are over before somebody joins.
    for server in established + newcomers {
      guard let plan = plans[server.name], !plan.isEmpty else { continue }
      do {
        if !established.isEmpty { try await waitForOthers(server, established) }
        try await bring(server, plan, facts, from: established)
        if !established.contains(where: { $0.name == server.name }) { established.append(server) }
      } catch let problem as K3sProblem {
        await emit(.failed(problem))
        problems.append(problem)
        // With one server not well no other is touched.
        break
      } catch let error as HostError {
        let problem = K3sProblem(server.name, "\(error)", fix: "then run the same command again")
        await emit(.failed(problem))
        problems.append(problem)
        break
      }
    }
    if established.isEmpty { return problems }
    if !problems.isEmpty, !(await isServing(established)) { return problems }
    problems += await bringAgents(nodes, plans, facts, established)
    if problems.isEmpty { problems += try await verify(nodes, established) }
    return problems
  }

  // MARK: Servers

  private func whyNotBegin(
    _ servers: [NodeSpec], _ facts: [String: HostFacts]
  ) -> K3sProblem? {
    if servers.isEmpty {
      return K3sProblem(nil, "no node is a server", fix: "give one 'role: control-plane'")
    }
    if let silent = blueprint.servers.first(where: { facts[$0.name] == nil }) {
      return K3sProblem(
        silent.name, "it does not answer, and a cluster may live on it: no new one is started",
        fix: "bring it back, or take it out of the cluster file")
    }
    return nil
  }

  /// - Throws: `K3sProblem` where another server is not well for as long as our patience lasts.
  private func waitForOthers(_ server: NodeSpec, _ established: [NodeSpec]) async throws {
    let others = established.filter { $0.name != server.name }
    if others.isEmpty { return }
    try await wait(on: server.name, for: "the other servers to be well") {
      for other in others {
        // Itself: the others call a server ready for most of a minute after its end.
        guard let view = try await look(through: other).view, view.isReady else {
          return "\(other.name) does not answer"
        }
        guard let node = view.nodes[other.name] else { return "\(other.name) is not in the cluster" }
        if !node.isHealthy(withEtcd: blueprint.hasEtcd, withNetwork: !blueprint.hasCilium) {
          return "\(other.name): \(unwell(node))"
        }
      }
      return nil
    }
  }

  private func bring(
    _ server: NodeSpec, _ plan: K3sNodePlan, _ facts: [String: HostFacts], from established: [NodeSpec]
  ) async throws {
    let cluster = K3sCluster(blueprint: blueprint, facts: facts)
    try await apply(plan, facts, from: established, joining: cluster.isReplaced(server) ? established.first : nil)
    try await wait(on: server.name, for: "the server to be ready") {
      let look = try await look(through: server)
      if let reason = look.failure { throw reason }
      guard let view = look.view, view.isReady else { return "its API is not up yet" }
      guard let node = view.nodes[server.name] else { return "its node has not registered yet" }
      if !node.isHealthy(withEtcd: blueprint.hasEtcd, withNetwork: !blueprint.hasCilium) { return unwell(node) }
      return try await answers(server, through: server) ? nil : "its kubelet does not answer yet"
    }
    if cluster.isReplaced(server), let host = hosts[server.name] {
      _ = try await host.run(
        HostScript("rm -f \(K3sPaths.joinFile)", asRoot: true, label: "removing \(K3sPaths.joinFile)"))
    }
    await emit(.done(node: server.name))
  }

  private func unwell(_ node: K3sView.Node) -> String {
    if !node.isReady, !(blueprint.hasCilium && node.waitsForNetwork) { return node.message }
    return "it is not a voting member of etcd yet"
  }

  private func isServing(_ servers: [NodeSpec]) async -> Bool {
    for server in servers {
      if let look = try? await look(through: server), look.view?.isReady == true { return true }
    }
    return false
  }

  // MARK: Agents

  private func bringAgents(
    _ nodes: [NodeSpec], _ plans: [String: K3sNodePlan], _ facts: [String: HostFacts], _ established: [NodeSpec]
  ) async -> [K3sProblem] {
    let agents = nodes.filter { $0.role == .worker && plans[$0.name]?.isEmpty == false }
    return await withTaskGroup(of: K3sProblem?.self) { group in
      var problems: [K3sProblem] = []
      for (index, agent) in agents.enumerated() {
        if index >= agentsAtOnce, let problem = await group.next() ?? nil { problems.append(problem) }
        guard let plan = plans[agent.name] else { continue }
        group.addTask { await bringAgent(agent, plan, facts, established) }
      }
      for await problem in group { if let problem { problems.append(problem) } }
      return problems
    }
  }

  private func bringAgent(
    _ agent: NodeSpec, _ plan: K3sNodePlan, _ facts: [String: HostFacts], _ established: [NodeSpec]
  ) async -> K3sProblem? {
    do {
      try await apply(plan, facts, from: established, joining: nil)
      try await wait(on: agent.name, for: "the agent to join") {
        if let reason = try await look(through: agent, asksAPI: false).failure { throw reason }
        guard let server = established.first, let view = try await look(through: server).view else {
          return "no server answers"
        }
        guard let node = view.nodes[agent.name] else { return "its node has not registered yet" }
        if !node.isHealthy(withEtcd: blueprint.hasEtcd, withNetwork: !blueprint.hasCilium) { return unwell(node) }
        return try await answers(agent, through: server) ? nil : "its kubelet does not answer yet"
      }
      await emit(.done(node: agent.name))
      return nil
    } catch {
      let problem =
        error as? K3sProblem ?? K3sProblem(agent.name, "\(error)", fix: "then run the same command again")
      await emit(.failed(problem))
      return problem
    }
  }

  // MARK: One machine

  private func apply(
    _ plan: K3sNodePlan, _ facts: [String: HostFacts], from established: [NodeSpec], joining: NodeSpec?
  ) async throws {
    guard let host = hosts[plan.node], let found = facts[plan.node] else { return }
    try await makeFolders(plan, on: host)
    var isRestarted = false
    var isEnabled = false
    for step in plan.steps {
      await emit(.step(node: plan.node, step))
      switch step {
      case .install(let version, _):
        try await program.install(version, architecture: found.host.architecture, on: host)
      case .writeFile(let file, _):
        try await host.put(
          HostFile(
            path: file.path, content: Secret(file.content), mode: UInt32(file.mode ?? "0600", radix: 8) ?? 0o600,
            owner: file.owner, group: file.group))
      case .writeToken:
        try await host.put(
          HostFile(path: K3sPaths.joinToken, content: try await token(from: established), mode: 0o600))
      case .enable: isEnabled = true
      case .start, .restart: isRestarted = true
      case .mark: break
      }
    }
    if let joining { try await writeJoinFile(on: host, joining) }
    let unit = K3sService.name(isServer: plan.isServer)
    var script = "set -e\nsystemctl daemon-reload\n"
    if isEnabled { script += "systemctl enable --quiet \(unit)\n" }
    if isRestarted {
      // What ran before has ended when this returns, so that nobody takes it for what is started. A server that takes
      // longer, or ends at once, is looked at below.
      script += "systemctl reset-failed \(unit) 2>/dev/null || true\ntimeout 90 systemctl restart \(unit) || true\n"
    }
    let result = try await host.run(HostScript(script, asRoot: true, timeout: .seconds(150), label: "starting \(unit)"))
    guard result.isSuccess else {
      throw K3sProblem(
        plan.node, "systemd does not start \(unit): \(result.errors.lastLine)",
        fix: "look at 'systemctl status \(unit)' there")
    }
  }

  private func makeFolders(_ plan: K3sNodePlan, on host: any Host) async throws {
    var folders: Set = ["/usr/local/bin", "/etc/rancher/k3s"]
    for step in plan.steps {
      if case .writeFile(let file, _) = step { folders.insert(Self.folder(of: file.path)) }
      if case .install = step, case .folder = program { folders.insert(K3sPaths.images) }
    }
    let list = folders.sorted().map(ShellText.quoted).joined(separator: " ")
    let result = try await host.run(HostScript("mkdir -p \(list)", asRoot: true, label: "making folders"))
    guard result.isSuccess else {
      if result.isOutOfSpace { throw HostError.noSpace(host: plan.node, path: "the folders of k3s") }
      throw K3sProblem(
        plan.node, "a folder cannot be made: \(result.errors.lastLine)", fix: "look at the machine's file systems")
    }
  }

  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "/"
  }

  /// From the first server that has it. It goes from memory to a file of mode 0600, and nowhere else.
  private func token(from established: [NodeSpec]) async throws -> Secret<[UInt8]> {
    for server in established {
      guard let host = hosts[server.name] else { continue }
      if let bytes = try await host.get(K3sPaths.serverToken, limit: 4096), !bytes.isEmpty { return Secret(bytes) }
    }
    throw K3sProblem(
      nil, "no server has the cluster's token in \(K3sPaths.serverToken)", fix: "look whether k3s runs on a server")
  }

  private func writeJoinFile(on host: any Host, _ server: NodeSpec) async throws {
    guard let address = server.addresses.first?.value else {
      throw K3sProblem(server.name, "it has no address to join it at", fix: "give it 'addresses'")
    }
    let name = address.family == .v6 ? "[\(address)]" : "\(address)"
    let text = """
      # The first server was made anew and joins the others; removed when it has.
      cluster-init: false
      server: "https://\(name):\(blueprint.kubernetes?.port ?? 6443)"
      token-file: "\(K3sPaths.joinToken)"

      """
    _ = try await host.run(
      HostScript("mkdir -p \(Self.folder(of: K3sPaths.joinFile))", asRoot: true, label: "making a folder"))
    try await host.put(HostFile(path: K3sPaths.joinFile, content: Secret(Array(text.utf8)), mode: 0o600))
  }

  // MARK: Looking

  struct Look {
    var view: K3sView?
    /// k3s ends again and again, and what it says.
    var failure: K3sProblem?
  }

  /// - Parameter asksAPI: an agent has none.
  func look(through node: NodeSpec, asksAPI: Bool = true) async throws -> Look {
    guard let host = hosts[node.name] else { return Look() }
    if asksAPI {
      let view = K3sView(try await host.run(K3sView.script))
      if view != nil { return Look(view: view) }
    }
    let unit = K3sService.name(isServer: node.role == .controlPlane)
    let state = try await host.run(
      HostScript(
        """
        systemctl show --property=ActiveState,NRestarts --value \(unit) | tr '\\n' ' '
        echo
        journalctl --unit=\(unit) --lines=40 --output=cat --no-pager 2>/dev/null | grep -i -E 'fatal|error' | tail -n 3
        """, asRoot: true, label: "looking at \(unit)"))
    let lines = state.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let words = (lines.first ?? "").split(separator: " ")
    let restarts = words.compactMap { Int($0) }.first ?? 0
    guard words.contains("failed") || restarts >= 3 else { return Look() }
    let said = lines.dropFirst().last { !$0.isEmpty } ?? "its log has no error"
    return Look(
      failure: K3sProblem(
        node.name, "k3s ends soon after it started: \(said)",
        fix: "see 'journalctl -u \(unit)' there, mend it, and run the same command again"))
  }

  /// Whether the API reaches the kubelet. That its node is Ready says little in the first minute after a restart: nobody
  /// missed it yet.
  private func answers(_ node: NodeSpec, through server: NodeSpec) async throws -> Bool {
    guard let host = hosts[server.name] else { return false }
    let path = "/api/v1/nodes/\(node.name)/proxy/healthz"
    return try await host.run(
      HostScript(
        "k3s kubectl get --request-timeout=10s --raw=\(ShellText.quoted(path))", asRoot: true,
        label: "asking the kubelet of \(node.name)")
    ).isSuccess
  }

  /// Looks until `blocked` has nothing to say.
  private func wait(
    on node: String, for what: String, _ blocked: () async throws -> String?
  ) async throws {
    let stopwatch = Stopwatch(clock)
    var said: String?
    while true {
      var reason: String?
      do { reason = try await blocked() } catch let error as HostError where error.isPassing { reason = "\(error)" }
      guard let reason else { return }
      if reason != said {
        await emit(.waiting(node: node, for: what, because: reason))
        said = reason
      }
      if stopwatch.elapsed > patience {
        throw K3sProblem(
          node, "waited \(patience) for \(what): \(reason)", fix: "look at the machine, and run the same command again")
      }
      try await clock.sleep(for: interval)
    }
  }

  /// Every machine that answered is there.
  private func verify(_ nodes: [NodeSpec], _ established: [NodeSpec]) async throws -> [K3sProblem] {
    guard let server = established.first else { return [] }
    do {
      var seen: K3sView?
      try await wait(on: server.name, for: "all machines to be well") {
        guard let view = try await look(through: server).view, view.isReady else { return "its API is not up yet" }
        for node in nodes {
          guard let found = view.nodes[node.name] else { return "\(node.name) has not registered yet" }
          if !found.isHealthy(withEtcd: blueprint.hasEtcd, withNetwork: !blueprint.hasCilium) {
            return "\(node.name): \(unwell(found))"
          }
        }
        seen = view
        return nil
      }
      if let seen { try await mark(nodes, as: seen, through: server) }
      return []
    } catch let problem as K3sProblem {
      await emit(.failed(problem))
      return [problem]
    }
  }
}
