import FoundationEssentials
import Lab
import Testing

/// k3s' stand-in on real machines: Lab/k3s/README.md says what of it is like k3s.
@Suite(.enabled(if: Lab.hasMachines, "no machines here: 'make setup' as root"), .serialized, .timeLimit(.minutes(20)))
struct K3sStandInTests {
  private func withRelease<R>(
    machines names: [String], _ body: (Machines) async throws -> R
  ) async throws -> R {
    let folder = "\(FileManager.default.temporaryDirectory.path)/croft-k3s-\(UInt64.random(in: 0 ... .max))"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let release = try await K3sStandIn.make("v1.33.1+k3s1", in: folder)
    var options = Machines.Options(machines: names)
    options.binds = [release.folder: K3sMachine.release]
    return try await withMachines(options, body)
  }

  @Test func `Pods on a server and two agents reach each other by the name of a Service`() async throws {
    try await withRelease(machines: ["cow", "sheep", "duck"]) { lab in
      let cow = try await K3sMachine.install(on: lab["cow"], isServer: true)
      #expect(try await cow.machine.run("k3s --version").hasPrefix("k3s version v1.33.1+k3s1 ("))
      try await cow.start()
      let token = try await cow.nodeToken
      #expect(token.wholeMatch(of: /K10[0-9a-f]{64}::server:[0-9a-f]{32}/) != nil)

      // Who does not know the token, or means another cluster, hears why.
      let sheep = try await agent(lab["sheep"], of: lab["cow"], token: token)
      let attempts = [
        (String(token.dropLast(5)) + "00000", "401 Unauthorized"),
        ("K10\(String(repeating: "a", count: 64))::server:x", "token CA hash does not match"),
      ]
      for (wrong, reason) in attempts {
        let said = try await sheep.machine.run("k3s agent --token $1 2>&1 || true", wrong)
        #expect(said.contains("level=fatal") && said.contains(reason), "\(said)")
      }
      let flag = try await sheep.machine.run("k3s agent --no-such-flag 2>&1 || true")
      #expect(flag.contains("flag provided but not defined: -no-such-flag"))
      // A server cannot join one that keeps its data in SQLite.
      let server = try await sheep.machine.run("k3s server --token $1 2>&1 || true", token)
      #expect(server.contains("no server can join it"), "\(server)")
      try await sheep.machine.run("rm -rf /var/lib/rancher/k3s/server")

      let duck = try await agent(lab["duck"], of: lab["cow"], token: token)
      async let first: Void = sheep.start()
      async let second: Void = duck.start()
      _ = try await (first, second)
      try await cow.untilReady(nodes: 3)
      try await cow.machine.run(#"printf %s "$1" | k3s kubectl apply -f -"#, webServers)
      try await allReachAll(cow)

      // Its name is taken by another machine.
      let other = try await sheep.machine.run(
        "systemctl stop k3s-agent; k3s agent --node-name duck --token $1 2>&1 || true", token)
      #expect(other.contains("Node password rejected"), "\(other)")
      try await sheep.start()

      // Containers survive a restart of k3s; the machine starts it when it boots.
      let pods = try await cow.kubectl("get pods -o 'jsonpath={.items[*].status.containerStatuses[*].containerID}'")
      try await cow.restart()
      try await cow.untilReady(nodes: 3)
      #expect(
        try await cow.kubectl("get pods -o 'jsonpath={.items[*].status.containerStatuses[*].containerID}'") == pods)
      try await lab["cow"].reboot()
      try await cow.untilReady(nodes: 3)
      try await allReachAll(cow)
      #expect(try await cow.nodeToken == token)
    }
  }

  @Test func `Three servers keep their data in etcd, and a snapshot and the token rebuild them`() async throws {
    try await withRelease(machines: ["cow", "sheep", "duck"]) { lab in
      let shared = "secrets-encryption: true\nflannel-backend: none\n"
      let cow = try await K3sMachine.install(
        on: lab["cow"], isServer: true, config: shared + "cluster-init: true\nwrite-kubeconfig-mode: \"0640\"\n")
      try await cow.start()
      #expect(try await cow.machine.run("stat -c %a /etc/rancher/k3s/k3s.yaml") == "640\n")
      let token = try await cow.nodeToken
      func server(_ machine: Machine, _ config: String) async throws -> K3sMachine {
        try await K3sMachine.install(on: machine, isServer: true, config: config, joining: lab["cow"], token: token)
      }
      // Servers agree on what is the cluster's.
      let sheep = try await server(lab["sheep"], "flannel-backend: none\n")
      let different = try await sheep.machine.run("k3s server 2>&1 || true")
      #expect(different.contains("critical configuration value mismatch"), "\(different)")
      _ = try await server(lab["sheep"], shared)
      let duck = try await server(lab["duck"], shared)
      async let first: Void = sheep.start()
      async let second: Void = duck.start()
      _ = try await (first, second)
      let voters =
        "k3s kubectl get nodes -o 'jsonpath={.items[*].status.conditions[?(@.type==\"EtcdIsVoter\")].status}'"
      try await cow.until("test \"$(\(voters))\" = 'True True True'")
      // No network for pods yet: nobody is Ready until one is there.
      #expect(try await !cow.kubectl("get nodes --no-headers").contains(" Ready"))
      for machine in [cow, sheep, duck] { try await connect(machine) }
      try await cow.untilReady(nodes: 3)

      // What is deleted as a node is out of etcd, and may come back; meanwhile all others have to be well.
      try await duck.stop()
      // Where duck led etcd, the others first agree on another one.
      try await cow.until("k3s kubectl delete node duck --ignore-not-found --timeout=60s")
      try await cow.until("! \(Self.etcd) member list | grep -q duck")
      try await duck.machine.run("rm -rf /var/lib/rancher/k3s/server/db")
      try await sheep.stop()
      try await duck.machine.run("systemctl start --no-block k3s")
      try await duck.until("journalctl -u k3s | grep -q 'Waiting for other members to finish joining etcd cluster'")
      try await sheep.start()
      try await cow.until("test \"$(\(voters))\" = 'True True True'")
      // A server without a majority ends and starts anew when it notices; what follows is not to meet that.
      try await cow.restart()

      // Secrets are encrypted, with a key that changes.
      try await cow.kubectl("create secret generic word --from-literal=word=moo")
      let stored = "\(Self.etcd) get /registry/secrets/default/word --print-value-only | head -c 60"
      let before = try await cow.machine.run(stored)
      #expect(before.hasPrefix("k8s:enc:aescbc:v1:"))
      // kubectl may be answered before it is asked for this.
      try await cow.until("k3s secrets-encrypt status")
      try await cow.machine.run("k3s secrets-encrypt rotate-keys")
      let after = try await cow.machine.run(stored)
      #expect(after.hasPrefix("k8s:enc:aescbc:v1:") && after.prefix(50) != before.prefix(50))
      #expect(try await cow.kubectl("get secret word -o jsonpath={.data.word}") == "bW9v")
      for machine in [sheep, duck] { try await machine.restart() }
      try await cow.until("k3s secrets-encrypt status | grep -q 'All hashes match'")

      // Its whole state on a machine that has nothing of it.
      try await cow.kubectl("create configmap before")
      try await cow.machine.run("k3s etcd-snapshot save --name kept")
      try await cow.kubectl("create configmap after")
      let snapshot = try await cow.machine.run("base64 -w 0 /var/lib/rancher/k3s/server/db/snapshots/kept-*")
      for machine in [sheep, duck, cow] { try await machine.stop() }
      try await duck.machine.run(
        "rm -rf /var/lib/rancher/k3s/server; sed -i '/^server:/d' /etc/rancher/k3s/config.yaml")
      try snapshot.write(toFile: "\(lab["duck"].root)/root/snapshot.base64", atomically: true, encoding: .utf8)
      let reset = "k3s server --cluster-reset --cluster-reset-restore-path=/root/snapshot"
      let wrong = try await duck.machine.run(
        "base64 -d /root/snapshot.base64 >/root/snapshot; \(reset) --token wrong 2>&1 || true")
      #expect(wrong.contains("encrypted with different token"), "\(wrong)")
      try await duck.machine.run("rm -rf /var/lib/rancher/k3s/server; \(reset)")
      try await duck.start()
      let maps = try await duck.kubectl("get configmaps -o name")
      #expect(maps.contains("before") && !maps.contains("after"))
      #expect(try await duck.kubectl("get secret word -o jsonpath={.data.word}") == "bW9v")
      #expect(try await duck.nodeToken == token)
      #expect(try await duck.machine.run("\(Self.etcd) member list | wc -l") == "1\n")
    }
  }

  private func agent(_ machine: Machine, of server: Machine, token: String) async throws -> K3sMachine {
    try await K3sMachine.install(on: machine, isServer: false, joining: server, token: token)
  }

  /// Every web server asks the Service until each node has answered.
  private func allReachAll(_ server: K3sMachine) async throws {
    try await server.until("k3s kubectl rollout status daemonset/web --timeout=1s")
    try await server.until(
      """
      set -e
      nodes=$(k3s kubectl get nodes --no-headers | wc -l)
      pods=$(k3s kubectl get pods -l app=web -o name)
      test "$(echo "$pods" | wc -l)" = "$nodes"
      for pod in $pods; do
        heard=$(k3s kubectl exec $pod -- sh -c 'for i in $(seq 24); do wget -q -O - http://web/; done' | sort -u | wc -l)
        test "$heard" = "$nodes"
      done
      """)
  }

  /// What somebody brings who has k3s leave the network to him: here the bridge plugin, without routes.
  private func connect(_ k3s: K3sMachine) async throws {
    try await k3s.until("test -n \"$(k3s kubectl get node \(k3s.machine.name) -o jsonpath={.spec.podCIDR})\"")
    try await k3s.machine.run(
      """
      subnet=$(k3s kubectl get node \(k3s.machine.name) -o jsonpath={.spec.podCIDR})
      mkdir -p /etc/cni/net.d
      printf '{"cniVersion":"0.3.1","name":"own","plugins":[{"type":"bridge","bridge":"cni0","isDefaultGateway":true,
        "ipam":{"type":"host-local","ranges":[[{"subnet":"%s"}]]}}]}' "$subnet" >/etc/cni/net.d/10-own.conflist
      """)
  }

  private static let etcd = """
    etcdctl --endpoints https://127.0.0.1:2379 --cacert /var/lib/rancher/k3s/server/tls/etcd/server-ca.crt \
    --cert /var/lib/rancher/k3s/server/tls/etcd/client.crt --key /var/lib/rancher/k3s/server/tls/etcd/client.key
    """
}
