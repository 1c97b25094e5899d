@preconcurrency import Glibc
import Process
import Testing

/// `croft ssh` from the outside.
@Suite(.timeLimit(.minutes(5)))
struct SSHCommandTests {
  private static let header = """
    apiVersion: croft.dev/v1alpha1
    kind: Cluster
    name: home
    kubernetes: {distribution: k3s, version: v1.33.4+k3s1}
    network: {nodes: 10.0.50.0/24}

    """

  @Test(.enabled(if: getuid() == 0 && access("/usr/sbin/sshd", X_OK) == 0, "needs root and sshd"))
  func `a command runs on the node that the file describes, and its status comes back`() async throws {
    try await ScratchFolder.with { folder in
      let server = try await Server(folder)
      func describe(hostKey: String) throws {
        try folder.write(
          Self.header + """
            nodes:
              - name: cow
                role: control-plane
                addresses: [10.0.50.1]
                ssh: {host: 127.0.0.1, user: root, port: \(server.port), key: user, hostKey: "\(hostKey)"}
            apps:
              broken: {image: nginx, after: [nothing-there]}
            """, to: "cluster.yaml")
      }
      try describe(hostKey: server.fingerprint)
      // The application is an error for all commands that roll out.
      #expect(try await croft("check", directory: folder.path).status == .exited(1))
      let output = try await croft("ssh", "cow", "--", "echo $((6 * 7)); cat; exit 3", directory: folder.path)
      #expect(output.status == .exited(3), "\(output)")
      #expect(output.text == "42\n")
      let words = try await croft("ssh", "cow", "--", "id", "-un", directory: folder.path)
      #expect(words.text == "root\n")

      try describe(hostKey: "SHA256:" + String(repeating: "A", count: 43))
      let refused = try await croft("ssh", "cow", "--", "true", directory: folder.path)
      #expect(refused.status == .exited(255))
      #expect(refused.errorText.contains("Host key verification failed"))
      await server.process.terminate()
    }
  }

  @Test func `a node that is not there, one without a shell, and no ssh`() async throws {
    try await ScratchFolder.with { folder in
      try folder.write(
        Self.header + "nodes: [{name: cow, role: control-plane, addresses: [10.0.50.1]}]\n", to: "cluster.yaml")
      let typo = try await croft("ssh", "cwo", directory: folder.path)
      #expect(typo.status == .exited(64))
      #expect(typo.errorText.hasSuffix("error: there is no node 'cwo'; did you mean 'cow'?\n"))
      let without = try await croft("ssh", "cow", directory: folder.path, environment: ["PATH": "/var/empty"])
      #expect(without.errorText.hasSuffix("error: ssh is not in PATH; install it: apt-get install openssh-client\n"))
      let names = try await croft("__complete", "bash", "--", "ssh", "c", directory: folder.path)
      #expect(names.text == "cow\tcontrol-plane\n")

      try folder.write(
        """
        apiVersion: croft.dev/v1alpha1
        kind: Cluster
        name: home
        kubernetes: {distribution: talos, version: v1.36.3, talos: {version: v1.13.9}}
        network: {nodes: 10.0.50.0/24}
        nodes: [{name: duck, role: control-plane, addresses: [10.0.50.2]}]
        """, to: "cluster.yaml")
      let talos = try await croft("ssh", "duck", directory: folder.path)
      #expect(talos.status == .exited(64))
      #expect(talos.errorText.contains("'talosctl --nodes 10.0.50.2 dashboard'"), "\(talos)")
    }
  }

  /// A real SSH server on this machine that takes the key `user` of the folder.
  private struct Server {
    let port: Int
    let fingerprint: String
    let process: RunningProcess

    init(_ folder: ScratchFolder) async throws {
      for key in ["host", "user"] {
        _ = try await Command("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", "\(folder.path)/\(key)"]).run()
      }
      let line = try await Command("ssh-keygen", ["-l", "-f", "\(folder.path)/host.pub"]).run().text
      fingerprint = String(line.split(separator: " ")[1])
      mkdir("/run/sshd", 0o755)
      // A port that is taken is not a reason to give up: another one may be free.
      for port in (20_000..<30_000).shuffled().prefix(20) {
        let settings = """
          Port \(port)
          ListenAddress 127.0.0.1
          HostKey \(folder.path)/host
          AuthorizedKeysFile \(folder.path)/user.pub
          PidFile none
          StrictModes no
          UsePAM no

          """
        try folder.write(settings, to: "sshd")
        let process = try Command("/usr/sbin/sshd", ["-D", "-e", "-f", "\(folder.path)/sshd"])
          .start(standardError: .file("\(folder.path)/log"))
        while process.isRunning {
          if try folder.read("log").contains("listening on 127.0.0.1 port \(port)") {
            (self.port, self.process) = (port, process)
            return
          }
          try await Task.sleep(for: .milliseconds(20))
        }
      }
      throw NoServer()
    }

    struct NoServer: Error {}
  }
}
