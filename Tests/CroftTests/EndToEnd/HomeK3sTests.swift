import Foundation
import JSON
import Lab
import Process
import Testing

extension EndToEnd.BareMachines {
  /// The example home-k3s on three machines with nothing but SSH: two Raspberry Pis, which lack the memory cgroup until
  /// they are started again, and a PC. On each runs a pod that asks and answers; who asks the Service hears all of them.
  @Test func becomeTheExampleHomeK3sAndStayIt() async throws {
    var options = Machines.Options(machines: ["cow", "sheep", "duck"])
    options.board = .raspberryPi
    options.disks = [1 << 30]
    try await Self.withCluster(options) { cluster in
      let home = cluster.home
      try home.write("cluster.yaml", cluster.example())
      var boots: [String] = []
      for machine in cluster.lab.machines { boots.append(try await machine.bootID) }
      let bare = try await home.croft(["plan", "nodes", "-e", "lab"], timeout: .seconds(120))
      #expect(bare.status == .exited(2), "\(bare)")

      let up = try await home.croft(["up", "-e", "lab", "--yes", "-o", "json"], timeout: .seconds(600))
      try #require(up.status == .exited(0), "\(up)")
      #expect(up.finished?["failed"] == [], "\(up)")
      for (machine, boot) in zip(cluster.lab.machines, boots) { #expect(try await machine.bootID != boot) }
      let mode = try FileManager.default.attributesOfItem(atPath: home.kubeconfig)[.posixPermissions] as? Int
      #expect(mode == 0o600)
      #expect(try await home.kubectl("config", "get-contexts", "-o", "name") == "home\n")
      #expect(try await cluster.readyNodes() == ["cow", "duck", "sheep"])
      try await cluster.allReachAll()

      // Nothing to do, and nothing done.
      let before = try await cluster.state()
      let again = try await home.croft(["up", "-e", "lab", "--yes", "-o", "json"], timeout: .seconds(300))
      #expect(again.status == .exited(0), "\(again)")
      #expect(again.finished?["changes"] == 0, "\(again)")
      #expect(try await cluster.state() == before)
      let plan = try await home.croft(["plan", "nodes", "-e", "lab"], timeout: .seconds(120))
      #expect(plan.status == .exited(0), "\(plan)")

      // What one machine is to know restarts that one's k3s alone.
      try home.write("cluster.yaml", cluster.example(labels: ["sheep": "colour: black"]))
      let changed = try await home.croft(["up", "-e", "lab", "--yes", "-o", "json"], timeout: .seconds(300))
      #expect(changed.status == .exited(0), "\(changed)")
      let after = try await cluster.state()
      for machine in ["cow", "duck"] { #expect(after[machine] == before[machine]) }
      #expect(after["sheep"]?.boot == before["sheep"]?.boot)
      #expect(after["sheep"]?.k3s != before["sheep"]?.k3s)
      #expect(try await home.kubectl("get", "nodes", "-l", "colour=black", "-o", "name") == "node/sheep\n")
      #expect(try await home.kubectl("get", "nodes", "-l", "croft.dev/power=on-demand", "-o", "name") == "node/duck\n")
      try await cluster.allReachAll()
      try await asksBeforeItDeploys(cluster)
      try await sleepAndWake(cluster)
    }
  }

  /// The machines are as they are to be: what the releases would change is shown, and asked for.
  private func asksBeforeItDeploys(_ cluster: Cluster) async throws {
    let home = cluster.home
    let file = home.folder + "/cluster.yaml"
    let text = try String(contentsOfFile: file, encoding: .utf8)
    try home.write("cluster.yaml", text.replacing("echo hello", with: "echo goodbye"))
    let up = Command(
      croftPath, ["up", "-e", "lab"], environment: home.environment.mapValues { Optional($0) }, directory: home.folder)
    let asked = try await onTerminal(up, [("Deploy this to home?", "n")])
    #expect(asked.status == .exited(1), "\(asked)")
    #expect(asked.text.contains("echo goodbye") && asked.text.contains("nothing was changed"), "\(asked)")
    let nobody = try await up.run(timeout: .seconds(120))
    #expect(nobody.status == .exited(64) && nobody.errorText.contains("say --yes"), "\(nobody)")
    let command = "jsonpath={.spec.template.spec.containers[0].command}"
    #expect(try await home.kubectl("get", "deployment", "web", "-n", "demo", "-o", command).contains("echo hello"))
    try home.write("cluster.yaml", text)
  }

  /// The PC is off until there is work: neither it nor the pod of a DaemonSet there is waited for.
  private func sleepAndWake(_ cluster: Cluster) async throws {
    let home = cluster.home
    let duck = cluster.lab["duck"]
    try await duck.cutPower()
    let isMissed = #"jsonpath={.status.conditions[?(@.type=="Ready")].status}"#
    try await cluster.until("the cluster misses duck") {
      try await home.kubectl("get", "node", "duck", "-o", isMissed) == "Unknown"
    }
    let asleep = try await home.croft(["up", "-e", "lab", "--yes", "-o", "json"], timeout: .seconds(300))
    #expect(asleep.status == .exited(0), "\(asleep)")
    #expect(asleep.finished?["changes"] == 0, "\(asleep)")
    #expect(asleep.text.contains("duck is off, as it may be (on-demand)"), "\(asleep)")
    let status = try await home.croft(["status", "-e", "lab"])
    #expect(status.status == .exited(0), "\(status)")
    let dry = try await home.croft(["up", "-e", "lab", "--dry-run", "-o", "json"])
    #expect(dry.status == .exited(0) && dry.finished?["off"] == ["duck"], "\(dry)")

    try await duck.powerOn()
    let awake = try await home.croft(["up", "-e", "lab", "--yes", "-o", "json"], timeout: .seconds(300))
    #expect(awake.status == .exited(0), "\(awake)")
    #expect(awake.finished?["ready"]?.array?.contains("k3s/duck") == true, "\(awake)")
    #expect(try await cluster.readyNodes() == ["cow", "duck", "sheep"])
  }
}

extension EndToEnd.BareMachines.Cluster {
  /// The example as it is, and beneath it what is different here: addresses, which are of one family, processors, the
  /// disk, k3s' own network and names, and applications whose images are there.
  /// - Parameter labels: of nodes, as YAML.
  func example(labels: [String: String] = [:]) throws -> String {
    let example = try String(contentsOfFile: EndToEnd.Nixlab.root + "/examples/home-k3s/cluster.yaml", encoding: .utf8)
    let nodes = lab.machines.map { machine in
      """
            - name: \(machine.name)
              addresses: [\(machine.address)]
              hardware: {architecture: amd64}
              ssh: {user: root, key: \(lab.privateKeyPath), hostKey: "\(hostKeys[machine.name] ?? "")"}
              disks: \(machine.name == "sheep" ? "[{device: /dev/disk/by-id/croft-lab-disk-1, use: ceph}]" : "[]")
              labels: {\(labels[machine.name] ?? "")}
      """
    }
    let apps = EndToEnd.BareMachines.apps.split(separator: "\n", omittingEmptySubsequences: false).dropFirst()
    return example + """

      environments:
        lab:
          kubernetes:
            install: {airGap: \(release.folder)}
            disable: [servicelb, traefik, local-storage]
          network:
            nodes: [10.99.\(lab.number).0/24]
            pods: [10.42.0.0/16]
            services: [10.43.0.0/16]
            podMaskIPv6: null
            router: 10.99.\(lab.number).1
            pools: null
          nodes:
      \(nodes.joined(separator: "\n"))
          platform: null
          gitops: null
          apps:
            paperless: null
            registry: null
            ollama: null
      \(apps.map { "    " + $0 }.joined(separator: "\n"))

      """
  }
}
