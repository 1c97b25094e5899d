import Blueprint
import Digest
import Render
import Testing

@testable import Provision

/// What k3s lacks on machines of several kinds.
struct K3sPlanTests {
  static func text(version: String = "v1.33.4+k3s1", servers: Int = 1, taints: String = "") -> String {
    var text = """
      apiVersion: croft.dev/v1alpha1
      kind: Cluster
      name: home
      domain: home.example.net
      kubernetes: {distribution: k3s, version: \(version)}
      network: {nodes: 192.168.14.0/26}
      nodes:

      """
    for (index, name) in ["cow", "sheep", "duck"].enumerated() {
      text += """
          - name: \(name)
            role: \(index < servers ? "control-plane" : "worker")
            addresses: [192.168.14.1\(index + 1)]
            \(taints)

        """
    }
    return text
  }

  /// A machine where k3s runs as the cluster file says.
  private func settled(_ blueprint: Blueprint, _ name: String) throws -> HostFacts {
    let node = try #require(blueprint.nodes.first { $0.name == name })
    let isServer = node.role == .controlPlane
    let version = try #require(blueprint.kubernetes?.version)
    let files = DesiredNode(blueprint, node, sources: [:]).kubernetesFiles
    var found: [String: HostFacts.File] = [:]
    func put(_ path: String, _ mode: String, _ digest: String) {
      found[path] = HostFacts.File(mode: mode, owner: "root", group: "root", size: 1, digest: digest)
    }
    for file in files { put(file.path, file.mode ?? "", SHA256.hex(file.content)) }
    let lines = files.sorted { $0.path < $1.path }.map { "\(SHA256.hex($0.content))  \($0.path)\n" }
    put("/run/croft-k3s", "0644", SHA256.hex(Array("\(version)\n\(lines.joined())".utf8)))
    if isServer { put("/var/lib/rancher/k3s/server/token", "0600", "token") }
    put("/etc/rancher/k3s/token", "0600", "token")
    var facts = HostFacts()
    facts.files = .known(found)
    facts.units = .known([
      K3sService.name(isServer: isServer): .init(load: "loaded", active: "active", file: "enabled", isStale: false)
    ])
    facts.k3s = .known(
      .init(version: version, datastore: isServer ? .etcd : nil, hasNodeToken: isServer, hasAgent: true))
    return facts
  }

  private var bare: HostFacts {
    var facts = HostFacts()
    facts.files = .known([:])
    facts.units = .known([:])
    facts.k3s = .known(.init())
    return facts
  }

  private func plan(
    _ name: String, _ blueprint: Blueprint, _ facts: [String: HostFacts]
  ) throws -> K3sNodePlan {
    k3sPlan(blueprint, try #require(blueprint.nodes.first { $0.name == name }), facts: facts)
  }

  private func names(_ plan: K3sNodePlan) -> [String] {
    plan.steps.map { step in
      switch step {
      case .writeFile(let file, _): "write \(file.path)"
      default: "\(step)"
      }
    }
  }

  @Test func nothingIsDoneWhereAllIsAsItIsToBe() throws {
    let blueprint = try blueprint(Self.text(servers: 3))
    let facts = try ["cow", "sheep", "duck"].reduce(into: [:]) { $0[$1] = try settled(blueprint, $1) }
    for name in ["cow", "sheep", "duck"] {
      #expect(try plan(name, blueprint, facts) == K3sNodePlan(node: name, isServer: true))
    }
  }

  @Test func imagesThatAreGoneArePutThereAgain() throws {
    let version = "v1.33.4+k3s1"
    let text = Self.text().replacing("version: \(version)", with: "version: \(version), install: {airGap: /srv/k3s}")
    let blueprint = try blueprint(text)
    var facts = try settled(blueprint, "cow")
    #expect(try plan("cow", blueprint, ["cow": facts]).steps.contains(.install(version: version, from: nil)))
    facts.k3s = .known(
      .init(version: version, datastore: .etcd, hasNodeToken: true, hasAgent: true, hasImages: true))
    #expect(try plan("cow", blueprint, ["cow": facts]).isEmpty)
  }

  @Test func aBareServerStartsTheCluster() throws {
    let blueprint = try blueprint(Self.text())
    let plan = try plan("cow", blueprint, ["cow": bare])
    #expect(
      names(plan) == [
        "install k3s v1.33.4+k3s1", "write /etc/rancher/k3s/config.yaml",
        "write /var/lib/rancher/k3s/agent/etc/kubelet.conf.d/90-croft.conf", "write /etc/systemd/system/k3s.service",
        "let k3s start with the machine", "start k3s",
      ])
    #expect(!plan.restarts)
  }

  @Test func anAgentJoinsWithTheToken() throws {
    let blueprint = try blueprint(Self.text())
    let plan = try plan("duck", blueprint, ["cow": settled(blueprint, "cow"), "duck": bare])
    #expect(plan.steps.contains(.writeToken))
    #expect(names(plan).contains("write /etc/systemd/system/k3s-agent.service"))
  }

  /// Also one that ends again and again is the cluster's.
  @Test(arguments: ["active", "activating"])
  func anAgentDoesNotBecomeAServer(state: String) throws {
    let blueprint = try blueprint(Self.text())
    var cow = try settled(blueprint, "duck")
    cow.units = .known([
      K3sService.name(isServer: false): .init(load: "loaded", active: state, file: "enabled", isStale: false)
    ])
    let plan = try plan("cow", blueprint, ["cow": cow])
    #expect(plan.steps == [])
    #expect(
      plan.refusals.map(\.reason) == ["k3s runs there as an agent, and the cluster file says control-plane"])
  }

  /// The token of a cluster that was made anew is another one.
  @Test func anotherTokenIsWritten() throws {
    let blueprint = try blueprint(Self.text())
    var duck = try settled(blueprint, "duck")
    duck.files = duck.files.map { files in
      var files = files
      files["/etc/rancher/k3s/token"]?.digest = "other"
      return files
    }
    #expect(try plan("duck", blueprint, ["cow": settled(blueprint, "cow"), "duck": duck]).steps == [.writeToken])
  }

  @Test func aChangedFlagRestartsOnlyWhomItConcerns() throws {
    let before = try blueprint(Self.text())
    let after = try blueprint(Self.text(taints: "labels: {rack: a}"))
    let facts = try ["cow": settled(before, "cow"), "duck": settled(after, "duck")]
    let cow = try plan("cow", after, facts)
    #expect(
      names(cow) == ["write /etc/rancher/k3s/config.yaml", "restart k3s: /etc/rancher/k3s/config.yaml changes"])
    #expect(cow.restarts)
    #expect(try plan("duck", after, facts).isEmpty)
  }

  /// Killed between writing the file and restarting: the file is as it is to be, and k3s does not know it.
  @Test func whatWasWrittenAndNotReadIsReadByARestart() throws {
    let blueprint = try blueprint(Self.text())
    var cow = try settled(blueprint, "cow")
    cow.files = cow.files.map { files in
      var files = files
      files["/run/croft-k3s"]?.digest = "before"
      return files
    }
    #expect(
      try plan("cow", blueprint, ["cow": cow]).steps == [.restart(reason: "what it reads changed since it was started")]
    )
  }

  @Test(arguments: [
    ("v1.33.4+k3s1", "v1.33.5+k3s1", nil), ("v1.33.4+k3s1", "v1.34.1+k3s1", nil),
    ("v1.33.4+k3s1", "v1.32.9+k3s1", "older"), ("v1.33.4+k3s1", "v1.35.0+k3s1", "more than one minor version ahead"),
  ])
  func versionsGoForwardOneMinorAtATime(from: String, to: String, reason: String?) throws {
    let before = try blueprint(Self.text(version: from))
    let after = try blueprint(Self.text(version: to))
    let plan = try plan("cow", after, ["cow": settled(before, "cow")])
    if let reason {
      #expect(plan.refusals.first?.reason.contains(reason) == true)
      #expect(plan.steps.isEmpty)
    } else {
      #expect(plan.steps == [.install(version: to, from: from), .restart(reason: "from \(from) to \(to)")])
    }
  }

  @Test func aServerDoesNotSilentlyBecomeAnAgent() throws {
    let before = try blueprint(Self.text(servers: 3))
    let after = try blueprint(Self.text(servers: 1))
    let plan = try plan("duck", after, ["cow": settled(before, "cow"), "duck": settled(before, "duck")])
    #expect(plan.steps.isEmpty)
    #expect(plan.refusals.first?.fix.contains("croft nodes remove duck") == true)
  }

  @Test func whatIsUnknownIsNotTakenForAbsent() throws {
    let blueprint = try blueprint(Self.text())
    var cow = bare
    cow.k3s = .unknown("timed out")
    let plan = try plan("cow", blueprint, ["cow": cow])
    #expect(plan.steps.isEmpty)
    #expect(plan.refusals.first?.reason.contains("timed out") == true)
  }

  /// A first server that was installed anew joins the cluster that lives on the others.
  @Test func aReplacedFirstServerJoins() throws {
    let blueprint = try blueprint(Self.text(servers: 3))
    let facts = try ["cow": bare, "sheep": settled(blueprint, "sheep"), "duck": settled(blueprint, "duck")]
    #expect(try plan("cow", blueprint, facts).steps.contains(.writeToken))
    let cluster = K3sCluster(blueprint: blueprint, facts: facts)
    #expect(cluster.isReplaced(blueprint.nodes[0]))
    #expect(!cluster.isReplaced(blueprint.nodes[1]))
  }
}
