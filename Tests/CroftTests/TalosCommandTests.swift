import Glibc
import JSON
import Process
import Testing

@testable import croft

/// `croft talos` from the outside.
@Suite(
  .enabled(if: Executable.find("age") != nil && Executable.find("sops") != nil, "needs age and sops (scripts/setup)"),
  .timeLimit(.minutes(5)))
struct TalosCommandTests {
  private struct Folder {
    var path: String

    func run(_ program: String, _ arguments: [String]) async throws -> CommandOutput {
      try await Command(
        program, arguments,
        environment: ["SOPS_AGE_KEY": nil, "SOPS_AGE_KEY_FILE": "\(path)/key.txt"], directory: "\(path)/cluster"
      ).run(timeout: .seconds(300))
    }

    func croft(_ arguments: String...) async throws -> CommandOutput { try await run(croftPath, arguments) }

    func shell(_ script: String) async throws -> String {
      let output = try await run("sh", ["-ec", script])
      #expect(output.isSuccess, "\(output.errorText)")
      return output.text
    }
  }

  private static let cluster = """
    apiVersion: croft.dev/v1alpha1
    kind: Cluster
    name: home
    kubernetes: {distribution: talos, version: v1.36.3, talos: {version: v1.13.9}}
    network: {nodes: 10.0.50.0/24}
    nodes:
      - {name: control0, role: control-plane, addresses: [10.0.50.1], disks: [{device: /dev/sda, use: system}]}
      - {name: worker0, role: worker, addresses: [10.0.50.10], disks: [{device: /dev/sda, use: system}]}
    """

  private func withCluster(_ cluster: String = cluster, _ body: (Folder) async throws -> Void) async throws {
    var name = Array("/dev/shm/croft-talos-XXXXXX".utf8CString)
    _ = mkdtemp(&name)
    let folder = Folder(path: name.withUnsafeBufferPointer { String(cString: $0.baseAddress!) })
    let result: Result<Void, any Error>
    do {
      mkdir("\(folder.path)/cluster", 0o755)
      _ = try await Command(
        "tee", ["\(folder.path)/cluster/cluster.yaml"], input: Array((cluster + "\n").utf8)
      ).run()
      result = .success(try await body(folder))
    } catch {
      result = .failure(error)
    }
    _ = try await Command("rm", ["-rf", folder.path]).run()
    try result.get()
  }

  @Test func secretsAreMadeOnceAndAreNowhereElse() async throws {
    try await withCluster { folder in
      let early = try await folder.croft("talos", "machine", "control0")
      #expect(early.status == .exited(1) && early.errorText.contains("'croft talos secrets' makes it"))
      let nobody = try await folder.croft("talos", "secrets")
      #expect(nobody.status == .exited(1) && nobody.errorText.contains("run 'croft secrets init'"))

      #expect(try await folder.croft("secrets", "init").isSuccess)
      let made = try JSON(parsing: try await folder.croft("talos", "secrets", "-o", "json").standardOutput)
      #expect(made == ["file": "secrets/talos.sops.yaml", "isNew": true])
      let file = try await folder.shell("cat secrets/talos.sops.yaml")
      let again = try JSON(parsing: try await folder.croft("talos", "secrets", "-o", "json").standardOutput)
      #expect(again["isNew"] == false)
      #expect(try await folder.shell("cat secrets/talos.sops.yaml") == file)
      #expect(try await folder.croft("secrets", "check").isSuccess)

      // Rendering takes no key and holds none of them.
      #expect(try await folder.croft("render").isSuccess)
      let token = try await folder.shell("sops decrypt --extract '[\"trustdinfo\"][\"token\"]' secrets/talos.sops.yaml")
      #expect(token.wholeMatch(of: /[a-z0-9]{6}\.[a-z0-9]{16}\n?/) != nil)
      let machine = try await folder.croft("talos", "machine", "worker0")
      #expect(machine.text.contains("token: \(token.split(separator: "\n")[0])\n"), "the machine has its token")
      #expect(try await folder.shell("grep -rlF '\(token.split(separator: "\n")[0])' . || true") == "")
      #expect(try await folder.shell("grep -rlE 'key: |token: |secret: ' generated/talos || true") == "")
      #expect(try await folder.croft("render", "--check").isSuccess)

      let client = try await folder.croft("talos", "client")
      #expect(client.isSuccess && client.text.contains("context: home\n") && client.text.contains("key: "))
      let other = try await folder.croft("talos", "machine", "control1")
      #expect(other.status == .exited(1))
      #expect(other.errorText.contains("no node 'control1'; it has control0, worker0"))
    }
  }

  @Test func whatTalosctlMadeIsTakenOver() async throws {
    try await withCluster { folder in
      #expect(try await folder.croft("secrets", "init").isSuccess)
      #expect(try await folder.croft("talos", "secrets").isSuccess)
      _ = try await folder.shell("sops decrypt secrets/talos.sops.yaml > secrets.yaml; rm secrets/talos.sops.yaml")
      let taken = try await folder.croft("secrets", "encrypt", "secrets.yaml", "--to", "secrets/talos.sops.yaml")
      #expect(taken.isSuccess, "\(taken.errorText)")
      #expect(try await folder.croft("talos", "machine", "control0").isSuccess)
      // One that lacks something is not mended with something new.
      _ = try await folder.shell("sops unset secrets/talos.sops.yaml '[\"certs\"][\"os\"]'")
      let broken = try await folder.croft("talos", "secrets")
      #expect(broken.status == .exited(1) && broken.errorText.contains("'certs.os.crt' is missing"))
    }
  }

  @Test func otherDistributionsAreRefused() async throws {
    let cluster = Self.cluster.replacing(
      "{distribution: talos, version: v1.36.3, talos: {version: v1.13.9}}",
      with: "{distribution: k3s, version: v1.33.4+k3s1}")
    try await withCluster(cluster) { folder in
      let output = try await folder.croft("talos", "client")
      #expect(output.status == .exited(1) && output.errorText.contains("distribution is k3s"))
    }
  }
}
