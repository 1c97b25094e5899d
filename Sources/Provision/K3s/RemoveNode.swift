public import Blueprint
public import Hosts
import JSON
public import Kubernetes

/// Takes one machine out of the cluster: its pods go elsewhere, its Node is deleted (k3s then takes a server out of etcd),
/// and what would bring it back is removed from the machine. Volumes on it stay.
///
/// Each step looks first, so that a run that was cut off is gone on with by running again.
public struct RemoveNode: Sendable {
  let blueprint: Blueprint
  let node: NodeSpec
  let hosts: [String: any Host]
  let api: any KubernetesAPI
  let clock: any Clock<Duration>
  let emit: @Sendable (String) async -> Void

  /// How long pods may take to leave, and the Node to go.
  public var patience: Duration = .seconds(300)
  /// Between two looks.
  var interval: Duration = .seconds(1)

  /// - Parameters:
  ///   - hosts: the machines that answer, by the names of their nodes: the one to remove, where it does, and servers.
  ///   - api: of the same cluster; it is asked only while the node is in the cluster.
  ///   - emit: what is done and waited for, a line each.
  public init(
    _ blueprint: Blueprint, node: NodeSpec, hosts: [String: any Host], api: any KubernetesAPI,
    clock: any Clock<Duration>, emit: @escaping @Sendable (String) async -> Void
  ) {
    self.blueprint = blueprint
    self.node = node
    self.hosts = hosts
    self.api = api
    self.clock = clock
    self.emit = emit
  }

  /// - Throws: `K3sProblem` where the machine must not go.
  public func plan() async throws -> RemovalPlan {
    var plan = RemovalPlan(node: node.name, isReachable: hosts[node.name] != nil)
    let view = try await look()
    guard let found = view.nodes[node.name] else { return plan }
    plan.isInCluster = true
    plan.isServer = found.isServer
    plan.isRunning = found.isReady || found.waitsForNetwork
    if found.isServer {
      try await refuse(found, others: view.nodes.values.filter { $0.isServer && $0.name != node.name })
    }
    let pods = try await pods()
    plan.evicted = pods.map(\.place).sorted()
    plan.bare = pods.filter { $0.metadata["ownerReferences"]?.array?.isEmpty != false }.map(\.place).sorted()
    let volumes = try await api.list(.persistentVolumes, namespace: nil, ListOptions()).items
    plan.volumes = volumes.filter { $0.isOnly(on: node.name) }.map(\.nameOfClaim).sorted()
    return plan
  }

  /// - Parameter plan: what `plan` gave.
  /// - Throws: `K3sProblem`, `KubernetesError`, `HostError`.
  public func run(_ plan: RemovalPlan) async throws {
    if plan.isInCluster {
      try await cordon()
      if plan.isRunning { try await evict() }
      if let host = hosts[node.name] { try await hold(host) }
      await emit("delete the node \(node.name)")
      try await api.delete(.nodes, namespace: nil, name: node.name, DeleteOptions())
      try await waitUntilGone()
    }
    if let host = hosts[node.name] { try await clean(host) }
  }

  // MARK: Looking

  /// What another server says of the cluster: this one's API ends with it.
  private func look() async throws -> K3sView {
    var said = "the cluster file has none"
    for server in blueprint.servers where server.name != node.name {
      guard let host = hosts[server.name] else {
        said = "\(server.name) does not answer"
        continue
      }
      do throws(HostError) {
        if let view = K3sView(try await host.run(K3sView.script)), view.isReady { return view }
        said = "the API on \(server.name) is not up"
      } catch {
        said = error.description
      }
    }
    if node.role == .controlPlane, blueprint.servers.count < 2 { throw lastServer }
    throw K3sProblem(node.name, "no other server can be asked: \(said)", fix: "bring one back first")
  }

  private var lastServer: K3sProblem {
    K3sProblem(
      node.name, "it is the cluster's last server, and the cluster's data is there",
      fix: "add another server first, or give the whole cluster up by installing the machines anew")
  }

  private func refuse(_ found: K3sView.Node, others: [K3sView.Node]) async throws {
    if others.isEmpty { throw lastServer }
    // Where it is not said who votes there is no etcd of k3s' own.
    let hasEtcd = found.isVoter != nil || others.contains { $0.isVoter != nil }
    for other in others.sorted(by: { $0.name < $1.name }) {
      let answers = try await serves(other.name)
      if answers, other.isHealthy(withEtcd: hasEtcd, withNetwork: false) { continue }
      throw K3sProblem(
        node.name,
        "without it etcd could lose its majority: \(other.name) "
          + (answers ? "is not ready, or not a voting member" : "does not answer"),
        fix: "bring \(other.name) back first, or remove that one")
    }
  }

  /// Whether a server's own API is up. The others call it ready for most of a minute after its end.
  private func serves(_ server: String) async throws -> Bool {
    // Of one that the cluster file does not name, only the others can tell.
    guard blueprint.servers.contains(where: { $0.name == server }) else { return true }
    guard let host = hosts[server] else { return false }
    do throws(HostError) { return K3sView(try await host.run(K3sView.script))?.isReady == true } catch { return false }
  }

  /// Pods that have to go elsewhere: not those of DaemonSets, of the kubelet's own files, or those that are over.
  private func pods() async throws -> [Object] {
    let list = try await api.list(
      .pods, namespace: nil, ListOptions(fieldSelector: "spec.nodeName=\(node.name)")
    ).items
    return list.filter { pod in
      let owners = pod.metadata["ownerReferences"]?.array ?? []
      let isOver = ["Succeeded", "Failed"].contains(pod.json["status"]?["phase"]?.string)
      return !isOver && pod.annotation("kubernetes.io/config.mirror") == nil
        && !owners.contains { $0["kind"]?.string == "DaemonSet" }
    }
  }

  // MARK: In the cluster

  private func cordon() async throws {
    guard let found = try await api.get(.nodes, namespace: nil, name: node.name),
      found.json["spec"]?["unschedulable"]?.bool != true
    else { return }
    await emit("let no more pods start on \(node.name)")
    _ = try await api.patch(
      .nodes, namespace: nil, name: node.name, .merge(["spec": ["unschedulable": true]]), subresource: nil,
      dryRun: false)
  }

  private func evict() async throws {
    let stopwatch = Stopwatch(clock)
    var asked: Set<String> = []
    var said: [String: String] = [:]
    while true {
      let pods = try await pods()
      if pods.isEmpty { return }
      if let found = try await api.get(.nodes, namespace: nil, name: node.name),
        K3sView.Node(found.json)?.isSilent == true
      {
        await emit("\(node.name) does not say any more how its pods are: they go with the node")
        return
      }
      var reasons: [String] = []
      for pod in pods {
        let place = pod.place
        if pod.isBeingDeleted {
          reasons.append("\(place) is still ending")
          continue
        }
        if asked.insert(pod.uid ?? place).inserted { await emit("evict \(place)") }
        if let forbidden = try await evict(pod) {
          reasons.append("\(place): \(forbidden)")
          if said.updateValue(forbidden, forKey: place) != forbidden {
            await emit("waiting for \(place): \(forbidden)")
          }
        }
      }
      if stopwatch.elapsed > patience {
        throw K3sProblem(
          node.name,
          "waited \(patience.components.seconds) s for its pods to leave: \(reasons.joined(separator: "; "))",
          fix: "give their workloads room or replicas elsewhere, then run the same command again; "
            + "until then 'kubectl uncordon \(node.name)' lets pods start there")
      }
      try await clock.sleep(for: interval)
    }
  }

  /// - Returns: why a disruption budget does not let it go now.
  private func evict(_ pod: Object) async throws -> String? {
    do {
      try await api.evict(pod: pod.name, namespace: pod.namespace ?? "default", dryRun: false)
      return nil
    } catch KubernetesError.status(let failure) where failure.code == 404 {
      return nil
    } catch KubernetesError.status(let failure) where failure.code == 429 {
      return failure.causes.first { $0.reason == "DisruptionBudget" }?.message ?? failure.message
    }
  }

  private func waitUntilGone() async throws {
    let stopwatch = Stopwatch(clock)
    while true {
      // Without a member that led it, etcd elects another, and no API answers for a moment.
      var silence: K3sProblem?
      do {
        if try await look().nodes[node.name] == nil { return }
      } catch let problem as K3sProblem {
        silence = problem
      }
      if stopwatch.elapsed > patience {
        throw silence
          ?? K3sProblem(
            node.name, "its Node is deleted, and still there after \(patience.components.seconds) s",
            fix: "look at its finalizers with 'kubectl get node \(node.name) -o yaml', "
              + "and at the log of k3s on a server")
      }
      try await clock.sleep(for: interval)
    }
  }

  // MARK: On the machine

  /// k3s that has ended there, since etcd has no such member any more, must not start again and join anew.
  private func hold(_ host: any Host) async throws {
    try await run(
      """
      for unit in k3s.service k3s-agent.service; do
        [ -e "/etc/systemd/system/$unit" ] || continue
        systemctl disable --quiet "$unit"
        mkdir -p "/run/systemd/system/$unit.d"
        printf '[Service]\\nRestart=no\\n' >"/run/systemd/system/$unit.d/croft-remove.conf"
      done
      systemctl daemon-reload
      """, on: host, label: "keeping k3s from starting again")
  }

  private func clean(_ host: any Host) async throws {
    await emit("stop k3s on \(node.name), end its containers, and remove its configuration and state")
    try await run(K3sRemoval.script, on: host, label: "removing k3s")
  }

  private func run(_ script: String, on host: any Host, label: String) async throws {
    let result = try await host.run(HostScript("set -e\n" + script, asRoot: true, timeout: .seconds(180), label: label))
    guard result.isSuccess else {
      throw K3sProblem(
        node.name, "\(label) did not come to its end: \(result.errors.lastLine)",
        fix: "look at the machine, and run the same command again")
    }
  }
}

extension Object {
  fileprivate var place: String { "\(namespace ?? "default")/\(name)" }

  /// Of a volume: `home/data (pvc-…)`.
  fileprivate var nameOfClaim: String {
    guard let claim = json["spec"]?["claimRef"], let name = claim["name"]?.string else { return self.name }
    return "\(claim["namespace"]?.string ?? "default")/\(name) (\(self.name))"
  }

  /// Of a volume: whether no other node can have it.
  fileprivate func isOnly(on node: String) -> Bool {
    let terms = json["spec"]?["nodeAffinity"]?["required"]?["nodeSelectorTerms"]?.array ?? []
    return !terms.isEmpty
      && terms.allSatisfy { term in
        (term["matchExpressions"]?.array ?? []).contains { expression in
          expression["key"]?.string == "kubernetes.io/hostname" && expression["operator"]?.string == "In"
            && expression["values"]?.array == [.string(node)]
        }
      }
  }
}
