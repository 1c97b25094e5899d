import FoundationEssentials
import JSON
import Kubernetes
import Redaction
import Testing

@Suite("Kubeconfigs")
struct KubeconfigTests {
  /// Writes files into a folder of their own.
  private func withFiles(_ files: [String: String], _ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.path() + "croft-config-\(UInt64.random(in: 0 ... .max))"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (name, text) in files {
      try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: "\(folder)/\(name)")
    }
    try body(folder)
  }

  private let home = """
    apiVersion: v1
    kind: Config
    current-context: home
    clusters:
    - name: home
      cluster:
        server: https://192.168.14.11:6443/
        certificate-authority: ca.crt
        tls-server-name: kubernetes
        proxy-url: http://proxy:3128
    - name: open
      cluster: {server: "https://10.0.0.1:6443", insecure-skip-tls-verify: true}
    contexts:
    - {name: home, context: {cluster: home, user: me, namespace: web}}
    - {name: open, context: {cluster: open, user: token}}
    - {name: other, context: {cluster: open, user: nobody}}
    - {name: nowhere, context: {cluster: none, user: me}}
    users:
    - name: me
      user:
        client-certificate-data: Y2VydGlmaWNhdGU=
        client-key: me.key
        as: jane
        as-groups: [admins, "system:masters"]
        as-user-extra: {reason: [testing]}
    - name: token
      user: {token: abc, tokenFile: token}
    - name: basic
      user: {username: me, password: "1234"}
    """

  @Test("Everything of a context is read, paths from the file's folder")
  func read() throws {
    try withFiles(["config": home, "ca.crt": "authority", "me.key": "key"]) { folder in
      let access = try ClusterAccess.load(kubeconfig: "\(folder)/config", environment: [:])
      #expect(access.server == "https://192.168.14.11:6443")
      #expect(access.certificateAuthorities == Array("authority".utf8))
      #expect(access.verifiesCertificates)
      #expect(access.serverName == "kubernetes")
      #expect(access.proxy == "http://proxy:3128")
      #expect(access.namespace == "web")
      #expect(access.clientCertificate?.certificate == Array("certificate".utf8))
      #expect(access.clientCertificate?.key.reveal() == Array("key".utf8))
      #expect(
        access.impersonation
          == Impersonation(user: "jane", groups: ["admins", "system:masters"], extra: ["reason": ["testing"]]))
      #expect(access.origin == "context home of \(folder)/config")
      #expect(access.warnings == [])

      let open = try ClusterAccess.load(kubeconfig: "\(folder)/config", context: "open", environment: [:])
      #expect(!open.verifiesCertificates)
      #expect(open.credentials == .tokenFile("\(folder)/token"))
    }
  }

  @Test("Secrets do not show")
  func hidden() throws {
    try withFiles(["config": home, "ca.crt": "authority", "me.key": "thekey"]) { folder in
      var config = try Kubeconfig.read("\(folder)/config")
      config.users["nobody"] = .init(json: ["username": "me", "password": "h1dden"], file: "\(folder)/config")
      let other = try config.access(context: "other")
      #expect(other.credentials == .password(user: "me", Secret("h1dden")))
      #expect(!"\(other)".contains("h1dden"))
      #expect(!"\(try config.access())".contains("thekey"))
    }
  }

  @Test("Of several files the first one wins, name by name, and each keeps its folder")
  func merged() throws {
    let second = """
      current-context: second
      clusters: [{name: home, cluster: {server: "https://wrong"}}, {name: extra, cluster: {server: "https://extra"}}]
      contexts: [{name: second, context: {cluster: extra, user: me}}, {name: mixed, context: {cluster: extra, user: b}}]
      users: [{name: b, user: {tokenFile: b.token}}]
      """
    try withFiles(["one": home, "two": second, "ca.crt": "a", "me.key": "k"]) { folder in
      let environment = ["KUBECONFIG": "\(folder)/missing:\(folder)/one:\(folder)/two:", "HOME": "/nonexistent"]
      let first = try ClusterAccess.load(environment: environment)
      #expect(first.server == "https://192.168.14.11:6443")
      let mixed = try ClusterAccess.load(context: "mixed", environment: environment)
      #expect(mixed.server == "https://extra")
      #expect(mixed.credentials == .tokenFile("\(folder)/b.token"))
      #expect(mixed.origin == "context mixed of \(folder)/two")
    }
  }

  @Test("A private key that others can read gives a warning with the command that helps")
  func readable() throws {
    try withFiles(["config": home, "ca.crt": "a", "me.key": "k"]) { folder in
      try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: "\(folder)/me.key")
      let access = try ClusterAccess.load(kubeconfig: "\(folder)/config", environment: [:])
      #expect(access.warnings == ["others can read the private key \(folder)/me.key; run: chmod 600 \(folder)/me.key"])
    }
  }

  @Test(
    "What is wrong is said with file, context, user and fix",
    arguments: [
      ("config", "gone", ["config", "there is no context gone", "there are: home, nowhere, open, other"]),
      ("config", "other", ["context other", "there is no user nobody", "there are: basic, me, token"]),
      ("config", "nowhere", ["context nowhere", "there is no cluster none"]),
      ("config", "home", ["user me (context home)", "client-key", "me.key", "No such file or directory"]),
      ("list", nil, ["/list", "expected a kubeconfig"]),
      ("pod", nil, ["/pod", "this is a Pod"]),
      ("tab", nil, ["/tab:2:", "tab"]),
      ("absent", nil, ["/absent", "cannot be read", "No such file or directory"]),
      ("empty", nil, ["/empty", "no current-context", "it has no contexts"]),
      ("data", nil, ["user u", "base 64", "client-certificate-data"]),
      ("both", nil, ["cluster c", "contradict"]),
      ("server", nil, ["cluster c", "https://", "192.168.14.11"]),
      ("old", nil, ["auth-provider", "exec plugin"]),
      ("plugin", nil, ["v1alpha1", "v1beta1"]),
    ] as [(String, String?, [String])])
  func wrong(file: String, context: String?, parts: [String]) throws {
    func simple(_ cluster: String, _ user: String) -> String {
      """
      current-context: x
      contexts: [{name: x, context: {cluster: c, user: u}}]
      clusters: [{name: c, cluster: {\(cluster)}}]
      users: [{name: u, user: {\(user)}}]
      """
    }
    let files = [
      "config": home, "ca.crt": "a", "list": "- a\n- b\n", "pod": "kind: Pod\n", "tab": "clusters:\n\t- a\n",
      "empty": "kind: Config\n",
      "data": simple("server: \"https://x\"", "client-certificate-data: \"-----BEGIN\", client-key-data: YQ=="),
      "both": simple("server: \"https://x\", certificate-authority-data: YQ==, insecure-skip-tls-verify: true", ""),
      "server": simple("server: \"192.168.14.11:6443\"", ""),
      "old": simple("server: \"https://x\"", "auth-provider: {name: gcp}"),
      "plugin": simple(
        "server: \"https://x\"", "exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: x}"),
    ]
    try withFiles(files) { folder in
      let error = #expect(throws: KubernetesError.self) {
        try ClusterAccess.load(kubeconfig: "\(folder)/\(file)", context: context, environment: [:])
      }
      guard case .configuration(let text) = error else {
        Issue.record("expected a configuration error, got \(String(describing: error))")
        return
      }
      for part in parts { #expect(text.contains(part), "\(text)") }
      #expect(text.contains(folder))
    }
  }

  @Test("In a pod its service account is used; elsewhere the message says where was looked")
  func pod() throws {
    try withFiles(["token": "t", "ca.crt": "authority", "namespace": "web\n"]) { folder in
      let environment = ["KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"]
      let access = try #require(try ClusterAccess.inCluster(environment: environment, folder: folder))
      #expect(access.server == "https://[fd00::1]:443")
      #expect(access.credentials == .tokenFile("\(folder)/token"))
      #expect(access.namespace == "web")
      #expect(try ClusterAccess.inCluster(environment: [:], folder: folder) == nil)
    }
    let error = #expect(throws: KubernetesError.self) {
      try ClusterAccess.load(environment: ["HOME": "/nonexistent"])
    }
    #expect("\(try #require(error))".contains("~/.kube/config"))
  }
}
