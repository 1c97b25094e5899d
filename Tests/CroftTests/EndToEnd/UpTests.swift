import Foundation
import JSON
import Lab
import Process
import Testing

extension EndToEnd {
  /// `croft up` on bare machines.
  @Suite(.enabled(if: Lab.hasMachines, "no machines here: 'make setup' as root"))
  struct BareMachines {
    /// Killed with `kill -9` at fifteen moments: whenever it says something that it was not yet killed at. Every fifth
    /// time the next run may end, and then everything is well.
    @Test func becomeAClusterHoweverOftenCroftIsKilled() async throws {
      var moments: [String] = []
      for round in 1...3 {
        let known = moments
        moments = try await Self.withCluster(["cow", "sheep"]) { cluster in
          var moments = known
          try cluster.home.write("cluster.yaml", cluster.file(apps: Self.apps))
          while moments.count < 5 * round {
            guard let moment = try cluster.home.upKilled(exceptAt: moments) else { break }
            moments.append(moment)
          }
          let run = try await cluster.home.croft(["up", "--yes", "-o", "json"], timeout: .seconds(600))
          try #require(run.status == .exited(0), "killed at \(moments): \(run)")
          #expect(try await cluster.readyNodes() == ["cow", "sheep"])
          try await cluster.allReachAll()
          let again = try await cluster.home.croft(["up", "--yes", "-o", "json"], timeout: .seconds(300))
          #expect(again.status == .exited(0) && again.finished?["changes"] == 0, "killed at \(moments): \(again)")
          return moments
        }
      }
      #expect(moments.count == 15, "\(moments)")
    }

    static let apps = """
      apps:
        web:
          namespace: demo
          image: \(K3sStandIn.busybox)
          command: [sh, -c, "mkdir -p /tmp/www && echo hello >/tmp/www/index.html && httpd -f -p 8080 -h /tmp/www"]
          port: 8080
          patches:  # the image's own user is root
            - target: {kind: Deployment}
              merge: {spec: {template: {spec: {securityContext: {runAsUser: 1000}}}}}
        everywhere:
          namespace: demo
          manifests:
            - apiVersion: apps/v1
              kind: DaemonSet
              metadata: {name: everywhere}
              spec:
                selector: {matchLabels: {app: everywhere}}
                template:
                  metadata: {labels: {app: everywhere}}
                  spec:
                    tolerations: [{operator: Exists}]
                    containers:
                      - name: server
                        image: \(K3sStandIn.busybox)
                        command: [sh, -c, "mkdir /tmp/www; echo $NODE >/tmp/www/index.html; httpd -f -p 8080 -h /tmp/www"]
                        env: [{name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}]
                        readinessProbe: {httpGet: {port: 8080, path: /index.html}, periodSeconds: 1}
            - apiVersion: v1
              kind: Service
              metadata: {name: everywhere}
              spec: {selector: {app: everywhere}, ports: [{port: 80, targetPort: 8080}]}
      """
  }
}

extension EndToEnd.BareMachines {
  /// What a machine is that nobody touched.
  struct State: Equatable {
    var boot: String
    /// The service's number of this start, and its first process.
    var k3s: String
    /// Path, time of the last change and inode of all that a person or Croft configures.
    var files: String
  }

  struct Cluster {
    let home: EndToEnd.Home
    let lab: Machines
    let release: K3sStandIn
    let hostKeys: [String: String]

    /// - Parameters:
    ///   - labels: of nodes, as YAML.
    ///   - servers: so many of the machines, from the first.
    ///   - machines: those that the file describes; all without it.
    ///   - name: a further name of the API.
    func file(
      apps: String, labels: [String: String] = [:], servers: Int = 1, machines: [String]? = nil,
      name: String = "k3s.home.example.net"
    ) -> String {
      let machines = lab.machines.filter { machines?.contains($0.name) ?? true }
      let nodes = machines.enumerated().map { index, machine in
        """
          - name: \(machine.name)
            role: \(index < servers ? "control-plane" : "worker")
            addresses: [\(machine.address)]
            labels: {\(labels[machine.name] ?? "")}
            ssh: {user: root, key: \(lab.privateKeyPath), hostKey: "\(hostKeys[machine.name] ?? "")"}
        """
      }
      return """
        apiVersion: croft.dev/v1alpha1
        kind: Cluster
        name: home
        domain: home.example.net
        kubernetes:
          distribution: k3s
          version: \(release.version)
          install: {airGap: \(release.folder)}
          secretsEncryption: true
          tlsSANs: [\(name)]
          disable: [servicelb, traefik, local-storage]
          imageGarbageCollection: {high: 80, low: 70}
        network: {nodes: 10.99.\(lab.number).0/24, pods: 10.42.0.0/16, services: 10.43.0.0/16}
        nodes:
        \(nodes.joined(separator: "\n"))
        \(apps)

        """
    }

    func readyNodes() async throws -> [String] {
      let text = try await home.kubectl(
        "get", "nodes", "-o",
        "jsonpath={range .items[*]}{.metadata.name}={.status.conditions[?(@.type==\"Ready\")].status}{\"\\n\"}{end}")
      return text.split(separator: "\n").filter { $0.hasSuffix("=True") }.map { String($0.dropLast(5)) }.sorted()
    }

    /// A pod on each machine hears a pod on each machine by the name of their Service, and the app by its own, and no
    /// request fails: soon after the pods are ready, when each machine's kube-proxy has heard of all of them.
    func allReachAll(on machines: [String]? = nil) async throws {
      try await home.kubectl("rollout", "status", "daemonset/everywhere", "-n", "demo", "--timeout=50s")
      let pods = try await home.kubectl("get", "pods", "-n", "demo", "-l", "app=everywhere", "-o", "name")
      let names = machines ?? lab.machines.map(\.name)
      let all = (names + ["hello"]).sorted().joined(separator: "\n") + "\n"
      #expect(pods.split(separator: "\n").count == names.count)
      for pod in pods.split(separator: "\n") {
        let heard = try await home.kubectl(
          "exec", "-n", "demo", String(pod), "--", "sh", "-c",
          """
          ask() { timeout 2 wget -q -O - "$1" || { echo "$1: status $?"; false; }; }
          end=$(($(date +%s) + 40))
          while :; do
            heard=$({ for i in $(seq 32); do ask everywhere.demo || break; done; ask web.demo:8080; } 2>&1 | sort -u)
            [ "$heard" != "$0" ] && [ "$(date +%s)" -lt $end ] || break
            sleep 0.5
          done
          echo "$heard"
          """, all.trimmingCharacters(in: .newlines))
        #expect(heard == all, "\(pod)")
      }
    }

    func until(_ what: String, _ isSo: () async throws -> Bool) async throws {
      let deadline = ContinuousClock.now + .seconds(90)
      while try await !isSo() {
        try #require(ContinuousClock.now < deadline, "waited 90 s until \(what)")
        try await Task.sleep(for: .milliseconds(200))
      }
    }

    func state(of machines: [String]? = nil) async throws -> [String: State] {
      var states: [String: State] = [:]
      for machine in lab.machines where machines?.contains(machine.name) ?? true {
        states[machine.name] = State(
          boot: try await machine.bootID,
          k3s: try await machine.run("systemctl show -p MainPID,InvocationID,NRestarts k3s k3s-agent"),
          files: try await machine.run("find /etc /usr/local/bin -xdev -type f -printf '%p %T@ %i\\n' | sort"))
      }
      return states
    }
  }

  /// Machines that nothing was done to, and a folder for the cluster that they are to be.
  static func withCluster<R>(
    _ machines: [String], _ body: (Cluster) async throws -> R
  ) async throws -> R {
    try await withCluster(Machines.Options(machines: machines), body)
  }

  static func withCluster<R>(
    _ options: Machines.Options, _ body: (Cluster) async throws -> R
  ) async throws -> R {
    let folder = FileManager.default.temporaryDirectory.path(percentEncoded: false) + "croft-up-\(UUID())"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let release = try await K3sStandIn.make("v1.33.4+k3s1", in: folder + "/release")
    return try await withMachines(options) { lab in
      var hostKeys: [String: String] = [:]
      for machine in lab.machines { hostKeys[machine.name] = try await machine.hostKeyFingerprint }
      let home = EndToEnd.Home(folder: folder, kubeconfig: folder + "/.kube/config")
      return try await body(Cluster(home: home, lab: lab, release: release, hostKeys: hostKeys))
    }
  }
}

extension EndToEnd.Home {
  /// Starts `croft up` and kills it with SIGKILL when it says something that it was not yet killed at.
  /// - Returns: what it said; `nil` where it ended before.
  func upKilled(exceptAt known: [String]) throws -> String? {
    let (process, output) = try start("up", "--yes", "--output", "json")
    defer {
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
    var rest = Data()
    while true {
      let data = output.availableData
      if data.isEmpty { return nil }
      rest += data
      while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
        let line = String(decoding: rest[..<end], as: UTF8.self)
        rest = Data(rest[(end + 1)...])
        guard let moment = Self.moment(line), !known.contains(moment) else { continue }
        return moment
      }
    }
  }

  /// An event without what differs from run to run.
  private static func moment(_ line: String) -> String? {
    guard let event = try? JSON(parsing: line), let name = event["event"]?.string, name != "finished" else {
      return nil
    }
    return [name, event["release"]?.string, event["step"]?.string].compactMap(\.self).joined(separator: " ")
  }
}
