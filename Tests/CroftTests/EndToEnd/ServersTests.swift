import Foundation
import JSON
import Lab
import Process
import Testing

extension EndToEnd {
  /// Clusters of several servers.
  @Suite(.enabled(if: Lab.hasMachines, "no machines here: 'make setup' as root"))
  struct Servers {
    typealias Cluster = BareMachines.Cluster

    @Test func changeOneByOneAndComeAndGo() async throws {
      try await BareMachines.withCluster(["cow", "sheep", "duck", "pig"]) { cluster in
        let servers = ["cow", "sheep", "duck"]
        try cluster.home.write("cluster.yaml", cluster.file(apps: BareMachines.apps, servers: 3, machines: servers))
        try await cluster.up()
        #expect(try await cluster.readyNodes() == servers.sorted())
        try await rollAFlag(cluster, servers)
        try await addAWorker(cluster, servers)
        try await removeTheWorker(cluster)
        try await loseAServer(cluster, servers)
      }
    }

    /// While somebody writes every 100 ms, and asks each server whether it is there.
    private func rollAFlag(_ cluster: Cluster, _ servers: [String]) async throws {
      let before = try await cluster.state(of: servers)
      let client = try await WritingClient(cluster, servers)
      try cluster.home.write(
        "cluster.yaml",
        cluster.file(apps: BareMachines.apps, servers: 3, machines: servers, name: "api.home.example.net"))
      try await cluster.up()
      let seen = try await client.stop()
      let after = try await cluster.state(of: servers)
      for server in servers {
        #expect(after[server]?.boot == before[server]?.boot)
        #expect(after[server]?.k3s != before[server]?.k3s, "\(server) was not restarted")
        #expect((seen["down"]?[server]?.double ?? 0) > 0, "nobody saw the restart of \(server): \(seen)")
      }
      #expect(seen["downAtOnce"] == 1, "\(seen)")
      #expect((seen["writes"]?.double ?? 0) > 50, "\(seen)")
      // k3s has etcd elect a leader after five seconds without one; nobody waits for the server that restarts.
      let longestDown = servers.compactMap { seen["down"]?[$0]?.double }.max() ?? 0
      #expect((seen["longestGap"]?.double ?? .infinity) < max(6, longestDown), "\(seen)")
      #expect(try await cluster.certificateNames("sheep").contains("api.home.example.net"))
    }

    private func addAWorker(_ cluster: Cluster, _ servers: [String]) async throws {
      let before = try await cluster.state(of: servers)
      try cluster.home.write("cluster.yaml", cluster.whole())
      try await cluster.up()
      #expect(try await cluster.state(of: servers) == before)
      #expect(try await cluster.readyNodes() == (servers + ["pig"]).sorted())
      try await cluster.allReachAll()
    }

    private func removeTheWorker(_ cluster: Cluster) async throws {
      let home = cluster.home
      let unsure = try await home.croft(["nodes", "remove", "pig"], timeout: .seconds(120))
      #expect(unsure.status == .exited(64) && unsure.errorText.contains("--confirm pig"), "\(unsure)")
      let other = try await home.croft(["nodes", "remove", "pig", "--confirm", "cow"], timeout: .seconds(120))
      #expect(other.status == .exited(64), "\(other)")
      #expect(try await cluster.readyNodes().contains("pig"))

      // One that may not be disturbed holds the machine back for as long as its budget says so.
      try home.write("guarded.yaml", Self.guarded)
      try await home.kubectl("apply", "-f", home.folder + "/guarded.yaml")
      try await home.kubectl("rollout", "status", "deployment/guarded", "-n", "demo", "--timeout=50s")
      async let removal = home.croft(["nodes", "remove", "pig", "--confirm", "pig"], timeout: .seconds(300))
      try await cluster.until("the node lets no more pods start") {
        try await home.kubectl("get", "node", "pig", "-o", "jsonpath={.spec.unschedulable}") == "true"
      }
      try await cluster.until("only the guarded pod is left") {
        let pods = try await home.kubectl(
          "get", "pods", "-A", "--field-selector", "spec.nodeName=pig", "-o",
          "jsonpath={range .items[*]}{.metadata.ownerReferences[0].kind} {.metadata.labels.app}{\"\\n\"}{end}")
        return pods.split(separator: "\n").filter { !$0.hasPrefix("DaemonSet") } == ["ReplicaSet guarded"]
      }
      try await home.kubectl("delete", "pdb", "guarded", "-n", "demo")
      let removed = try await removal
      #expect(removed.status == .exited(0), "\(removed)")
      #expect(removed.text.contains("waiting for demo/guarded-"), "\(removed)")
      #expect(removed.text.contains("disruption budget"), "\(removed)")
      #expect(try await home.kubectl("get", "nodes", "-o", "name").contains("pig") == false)
      let left = try await cluster.lab["pig"].run(
        "ls -d /etc/rancher/k3s /var/lib/rancher/k3s/agent /usr/local/bin/k3s 2>/dev/null || true; pgrep kubelet || true"
      )
      #expect(left == "")
      // Nothing is left to do: said, and no failure.
      let again = try await home.croft(["nodes", "remove", "pig", "--confirm", "pig"], timeout: .seconds(120))
      #expect(again.status == .exited(0), "\(again)")
      try await cluster.up()
      #expect(try await cluster.readyNodes().contains("pig"))
    }

    private func loseAServer(_ cluster: Cluster, _ servers: [String]) async throws {
      let home = cluster.home
      let duck = cluster.lab["duck"]
      try await duck.cutPower()
      // Two of three servers are left: another one must not go.
      let refused = try await home.croft(["nodes", "remove", "sheep", "--confirm", "sheep"], timeout: .seconds(120))
      #expect(refused.status == .exited(1) && refused.errorText.contains("majority"), "\(refused)")
      let silent = try await home.croft(["nodes", "remove", "duck", "--confirm", "duck"], timeout: .seconds(120))
      #expect(silent.errorText.contains("--force-unreachable"), "\(silent)")
      #expect(try await home.kubectl("get", "nodes", "-o", "name").contains("duck"))
      let removed = try await home.croft(
        ["nodes", "remove", "duck", "--confirm", "duck", "--force-unreachable"], timeout: .seconds(300))
      #expect(removed.status == .exited(0), "\(removed)")
      #expect(removed.errorText.contains("before it comes back, install it anew"), "\(removed)")
      #expect(try await home.kubectl("get", "nodes", "-o", "name").contains("duck") == false)

      // It comes back where none of the others hears it, and what the warning says is done.
      for other in ["cow", "sheep", "pig"] { try await cluster.lab.cut(duck, cluster.lab[other]) }
      try await duck.powerOn()
      try await duck.run(
        """
        systemctl disable --quiet --now k3s
        rm -rf /etc/rancher /var/lib/rancher/k3s/server /var/lib/rancher/k3s/agent
        """)
      try await cluster.lab.reconnect()
      try await cluster.up()
      #expect(try await cluster.readyNodes() == (servers + ["pig"]).sorted())
      let voters = try await home.kubectl(
        "get", "nodes", "-l", "node-role.kubernetes.io/etcd", "-o", "jsonpath={.items[*].metadata.name}")
      #expect(voters.split(separator: " ").sorted().joined(separator: " ") == "cow duck sheep")
    }

    private static let guarded = """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: guarded, namespace: demo}
      spec:
        selector: {matchLabels: {app: guarded}}
        template:
          metadata: {labels: {app: guarded}}
          spec:
            nodeSelector: {kubernetes.io/hostname: pig}
            terminationGracePeriodSeconds: 1
            containers: [{name: guarded, image: "\(K3sStandIn.busybox)", command: [sleep, "3600"]}]
      ---
      apiVersion: policy/v1beta1
      kind: PodDisruptionBudget
      metadata: {name: guarded, namespace: demo}
      spec: {minAvailable: 1, selector: {matchLabels: {app: guarded}}}

      """
  }
}

extension EndToEnd.BareMachines.Cluster {
  fileprivate func whole() -> String {
    file(apps: EndToEnd.BareMachines.apps, servers: 3, name: "api.home.example.net")
  }

  fileprivate func up() async throws {
    let run = try await home.croft(["up", "--yes", "-o", "json"], timeout: .seconds(600))
    try #require(run.status == .exited(0), "\(run)")
  }

  /// The names in the certificate that a server's API shows.
  fileprivate func certificateNames(_ server: String) async throws -> String {
    try await lab[server].run(
      "openssl s_client -connect localhost:6443 </dev/null 2>/dev/null | openssl x509 -noout -ext subjectAltName")
  }
}
