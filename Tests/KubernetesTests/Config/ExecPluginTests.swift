import FoundationEssentials
import JSON
import Kubernetes
import Lab
import Redaction
import Testing

@Suite("Credential plugins", .enabled(if: Lab.isAvailable), .timeLimit(.minutes(5)))
struct ExecPluginTests {
  /// A shell script that counts its runs and answers with what stands in a file beside it.
  struct Plugin {
    let folder: String
    init() throws {
      folder = FileManager.default.temporaryDirectory.path() + "croft-plugin-\(UInt64.random(in: 0 ... .max))"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let script = """
        #!/bin/sh
        cd "$(dirname "$0")"
        echo "$KUBERNETES_EXEC_INFO" >info
        echo "$*" >arguments
        echo "$EXTRA" >extra
        echo run >>runs
        test ! -e fail || { echo 'please log in' >&2; exit 3; }
        cat answer
        """
      try script.write(toFile: "\(folder)/plugin", atomically: true, encoding: .utf8)
      try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: "\(folder)/plugin")
    }
    func remove() { try? FileManager.default.removeItem(atPath: folder) }
    func read(_ name: String) throws -> String { try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8) }
    func write(_ name: String, _ text: String) throws {
      try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
    }
    var runs: Int { ((try? read("runs")) ?? "").split(separator: "\n").count }
    func answer(_ status: JSON, version: String = "v1") throws {
      let json: JSON = [
        "apiVersion": .string("client.authentication.k8s.io/\(version)"), "kind": "ExecCredential", "status": status,
      ]
      try write("answer", json.text)
    }
  }

  private func withPlugin(_ body: (Plugin) async throws -> Void) async throws {
    let plugin = try Plugin()
    defer { plugin.remove() }
    try await body(plugin)
  }

  private func cluster(_ plugin: Plugin, _ exec: JSON, _ clock: any Clock<Duration>) async throws -> Cluster {
    let plane = try await SharedServer.shared.plane()
    let authority = Data(try plane.access().certificateAuthorities ?? []).base64EncodedString()
    var exec = exec
    exec["command"] = "./plugin"
    let json: JSON = [
      "current-context": "lab",
      "contexts": [["name": "lab", "context": ["cluster": "lab", "user": "me"]]],
      "clusters": [
        [
          "name": "lab",
          "cluster": [
            "server": .string(plane.url), "certificate-authority-data": .string(authority),
            "extensions": [["name": "client.authentication.k8s.io/exec", "extension": ["audience": "home"]]],
          ],
        ]
      ],
      "users": [["name": "me", "user": ["exec": exec]]],
    ]
    let access = try Kubeconfig(json, file: "\(plugin.folder)/config").access()
    return Cluster(access, clock: clock)
  }

  @Test("Its token is used, told about the cluster, and kept until it expires")
  func token() async throws {
    try await withPlugin { plugin in
      let token = try await SharedServer.shared.plane().adminToken
      let end = Date.now.addingTimeInterval(300).formatted(.iso8601)
      try plugin.answer(["token": .string(token), "expirationTimestamp": .string(end)])
      let clock = ShiftedClock()
      let cluster = try await cluster(
        plugin,
        [
          "apiVersion": "client.authentication.k8s.io/v1", "args": ["get", "a token"], "provideClusterInfo": true,
          "interactiveMode": "IfAvailable", "env": [["name": "EXTRA", "value": "more"]],
        ], clock)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<10 {
          group.addTask { _ = try await cluster.get(.namespaces, namespace: nil, name: "default") }
        }
        try await group.waitForAll()
      }
      #expect(plugin.runs == 1)
      #expect(try plugin.read("arguments") == "get a token\n")
      #expect(try plugin.read("extra") == "more\n")
      let info = try JSON(parsing: try plugin.read("info"))
      #expect(info["kind"] == "ExecCredential")
      #expect(info["apiVersion"] == "client.authentication.k8s.io/v1")
      #expect(info[path: "spec", "interactive"] == false)
      #expect(info[path: "spec", "cluster", "config", "audience"] == "home")
      #expect(info[path: "spec", "cluster", "server"]?.string == (try await SharedServer.shared.plane().url))

      clock.advance(by: .seconds(250))
      _ = try await cluster.version()
      #expect(plugin.runs == 1)
      clock.advance(by: .seconds(60))
      _ = try await cluster.version()
      #expect(plugin.runs == 2)
    }
  }

  @Test("It runs again when the server refuses its token")
  func refused() async throws {
    try await withPlugin { plugin in
      try plugin.answer(["token": "old"], version: "v1beta1")
      let cluster = try await cluster(plugin, ["apiVersion": "client.authentication.k8s.io/v1beta1"], ShiftedClock())
      let error = await #expect(throws: KubernetesError.self) {
        try await cluster.get(.namespaces, namespace: nil, name: "default")
      }
      #expect("\(try #require(error))".contains("401"))
      #expect(plugin.runs == 2, "the same token again is no reason to go on")
      try plugin.answer(
        ["token": .string(try await SharedServer.shared.plane().adminToken)], version: "v1beta1")
      #expect(try await cluster.get(.namespaces, namespace: nil, name: "default") != nil)
    }
  }

  @Test("A client certificate that it makes is used")
  func certificate() async throws {
    try await withPlugin { plugin in
      let plane = try await SharedServer.shared.plane()
      let admin = try #require(
        try ClusterAccess.load(kubeconfig: plane.kubeconfigPath, environment: [:]).clientCertificate)
      try plugin.answer([
        "clientCertificateData": .string(String(decoding: admin.certificate, as: UTF8.self)),
        "clientKeyData": .string(String(decoding: admin.key.reveal(), as: UTF8.self)),
      ])
      let cluster = try await cluster(plugin, ["apiVersion": "client.authentication.k8s.io/v1"], ShiftedClock())
      #expect(try await cluster.get(.namespaces, namespace: nil, name: "default") != nil)
    }
  }

  @Test("What it says when it ends with an error is shown; what it prints is not")
  func fails() async throws {
    try await withPlugin { plugin in
      try plugin.write("fail", "")
      let cluster = try await cluster(plugin, ["apiVersion": "client.authentication.k8s.io/v1"], ShiftedClock())
      let error = await #expect(throws: KubernetesError.self) { try await cluster.version() }
      let text = "\(try #require(error))"
      #expect(text.contains("please log in") && text.contains("/plugin") && text.contains("context lab"))

      try FileManager.default.removeItem(atPath: "\(plugin.folder)/fail")
      try plugin.write("answer", "{\"token\": \"hidden\"}")
      let wrong = await #expect(throws: KubernetesError.self) { try await cluster.version() }
      #expect("\(try #require(wrong))".contains("ExecCredential"))
      #expect(!"\(try #require(wrong))".contains("hidden"))
    }
  }

  @Test("A program that is not there is named, with the hint of the kubeconfig")
  func missing() async throws {
    let plugin = ExecPlugin(
      apiVersion: "client.authentication.k8s.io/v1", command: "croft-no-such-plugin", installHint: "apt install it")
    let access = ClusterAccess(server: "https://127.0.0.1:1", credentials: .exec(plugin), origin: "context x")
    let error = await #expect(throws: KubernetesError.self) {
      try await Cluster(access, clock: ShiftedClock()).version()
    }
    let text = "\(try #require(error))"
    #expect(text.contains("croft-no-such-plugin") && text.contains("apt install it"))
  }
}
