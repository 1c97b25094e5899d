import Diagnostics
@preconcurrency import Glibc
import Process
import Redaction
import Testing

@testable import Secrets

/// The secrets of a whole cluster.
@Suite(.enabled(if: SopsProgram.isThere, SopsProgram.comment), .timeLimit(.minutes(5)))
struct ClusterSecretsTests {
  /// Files that the real program has encrypted.
  private static let plain = [
    "smtp.sops.yaml": "password: hunter2\nport: 25\ntls: true\nnothing: null\n",
    "web.sops.env": "TOKEN=abc\\ndef\n", "api.sops.json": "{\"key\": \"k\"}",
    "objects.sops.yaml": """
    apiVersion: v1
    kind: Secret
    metadata: {name: database, namespace: data}
    type: kubernetes.io/basic-auth
    data: {username: cm9vdA==, password: b2xk}
    stringData: {password: new}
    ---
    apiVersion: v1
    kind: Secret
    metadata: {name: other}
    stringData: {a: b}
    """,
    "ca.sops.crt": "-----BEGIN\n\u{FF}",
  ]

  private static func with(_ body: (SopsProgram) async throws -> Void) async throws {
    try await SopsProgram.with { sops in
      try FileContent.makeFolders(sops.path("secrets"), mode: 0o755)
      for (name, text) in plain {
        try sops.write(text, to: "secrets/\(name)")
        try FileContent.replace(sops.path("secrets/\(name)"), with: try await sops.encrypt("secrets/\(name)"))
      }
      try await body(sops)
    }
  }

  @Test func areLoadedByName() async throws {
    try await Self.with { sops in
      let secrets = try await ClusterSecret.load(directory: sops.folder, keyring: sops.keyring())
      #expect(secrets.keys.sorted() == ["api", "ca", "database", "other", "smtp", "web"])
      func values(_ name: String) -> [String: String] {
        let members = secrets[name]?.members ?? []
        return Dictionary(
          uniqueKeysWithValues: members.map { ($0.key, String(decoding: $0.value.reveal(), as: UTF8.self)) })
      }
      #expect(values("smtp") == ["password": "hunter2", "port": "25", "tls": "true"])
      #expect(values("web") == ["TOKEN": "abc\ndef"])
      #expect(values("api") == ["key": "k"])
      #expect(values("ca") == ["ca.crt": "-----BEGIN\n\u{FF}"])
      #expect(values("database") == ["username": "root", "password": "new"])
      #expect(secrets["database"]?.namespace == "data")
      #expect(secrets["database"]?.type == "kubernetes.io/basic-auth")
      #expect(values("other") == ["a": "b"])
      #expect("\(secrets)".contains("hunter2") == false, "a secret is not printed")
      #expect(String(reflecting: secrets).contains("hunter2") == false)
    }
  }

  @Test func onlyWhatIsWantedIsRead() async throws {
    try await Self.with { sops in
      // No Secret, and not for this reader.
      try sops.write("deep: {er: 1}\n", to: "secrets/talos.sops.yaml")
      let talos = try await sops.encrypt("secrets/talos.sops.yaml")
      try FileContent.replace(sops.path("secrets/talos.sops.yaml"), with: talos)
      let keyring = try await sops.keyring()
      let some = try await ClusterSecret.load(
        directory: sops.folder, names: ["smtp", "other", "none"], keyring: keyring)
      #expect(some.keys.sorted() == ["other", "smtp"])
      try sops.write("broken", to: "secrets/talos.sops.yaml")
      #expect(try await ClusterSecret.load(directory: sops.folder, names: ["smtp"], keyring: keyring).count == 1)
      for names in [["talos"], nil] as [Set<String>?] {
        await #expect(throws: SecretsError.self) {
          try await ClusterSecret.load(directory: sops.folder, names: names, keyring: keyring)
        }
      }
    }
  }

  @Test func protectedKeysAreNamed() async throws {
    try await withFolder { folder in
      try FileContent.create("\(folder)/keys.txt", with: Array("-----BEGIN AGE ENCRYPTED FILE-----\n".utf8))
      let error = await #expect(throws: SecretsError.self) {
        try await Keyring.load(environment: ["SOPS_AGE_KEY_FILE": "\(folder)/keys.txt", "HOME": "/var/empty"])
      }
      #expect(error?.description.contains("is protected with a passphrase") == true)
    }
  }

  @Test func aNameIsTakenOnce() async throws {
    try await Self.with { sops in
      try sops.write("a: b\n", to: "secrets/smtp.sops.json")
      try sops.write("{\"a\": \"b\"}", to: "secrets/smtp.sops.json")
      try FileContent.replace(
        sops.path("secrets/smtp.sops.json"), with: try await sops.encrypt("secrets/smtp.sops.json"))
      let error = await #expect(throws: SecretsError.self) {
        try await ClusterSecret.load(directory: sops.folder, keyring: sops.keyring())
      }
      #expect(error?.description.contains("'smtp' is in") == true)
    }
  }

  @Test func keysAreFoundWhereSopsLooks() async throws {
    try await Self.with { sops in
      let file = try SecretFiles(directory: sops.folder).find("smtp").read()
      let key = String(decoding: try FileContent.read(sops.path("key.txt")), as: UTF8.self)
      try FileContent.makeFolders(sops.path("config/sops/age"), mode: 0o700)
      try FileContent.create(sops.path("config/sops/age/keys.txt"), with: Array(key.utf8))
      for environment in [
        ["SOPS_AGE_KEY": key, "HOME": "/var/empty"], ["SOPS_AGE_KEY_FILE": sops.path("key.txt"), "HOME": "/var/empty"],
        ["XDG_CONFIG_HOME": sops.path("config"), "HOME": "/var/empty"],
      ] {
        let open = try await file.open(with: Keyring.load(environment: environment))
        #expect(open.members.reveal()["password"]?.text == "hunter2")
      }
      let other = try await Age().generate().identity
      for environment in [
        ["HOME": "/var/empty"],
        ["SOPS_AGE_KEY": String(decoding: other.reveal(), as: UTF8.self), "HOME": "/var/empty"],
      ] {
        let error = await #expect(throws: SecretsError.self) {
          try await file.open(with: Keyring.load(environment: environment))
        }
        #expect(error?.description.contains(sops.recipient) == true)
        #expect(error?.description.contains("/var/empty/.config/sops/age/keys.txt") == true)
      }
    }
  }

  @Test(.enabled(if: Executable.find("ssh-keygen") != nil, "needs ssh-keygen"))
  func sshKeysOpenFilesToo() async throws {
    try await SopsProgram.with { sops in
      let path = sops.path("id")
      let made = try await Command("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", path]).run()
      try #require(made.isSuccess, "\(made)")
      let recipient = String(decoding: try FileContent.read("\(path).pub"), as: UTF8.self).split(separator: "\n")[0]
      var file = OpenFile(
        [Branch([Item("a", .text("b"))])], path: "a.yaml", format: .yaml, metadata: Metadata(rule: .standard))
      try await file.setRecipients([String(recipient)], age: Age())
      let bytes = try file.seal(now: 0).bytes()
      let environment = ["SOPS_AGE_SSH_PRIVATE_KEY_FILE": path, "HOME": "/var/empty"]
      let open = try await SealedFile(bytes, path: "a.yaml", format: .yaml).open(
        with: Keyring.load(environment: environment))
      #expect(open.members.reveal()["a"]?.text == "b")
    }
  }

  @Test func soundSecretsHaveNoProblems() async throws {
    try await Self.with { sops in
      let report = try await check(sops)
      #expect(report.diagnostics.isEmpty, "\(report.diagnostics.map(\.message))")
      #expect(report.files.count == 5)
    }
  }

  @Test func everyProblemHasItsCode() async throws {
    try await Self.with { sops in
      let other = try await Age().generate().recipient
      // CR1001
      try sops.write("a: 1\nsops: {}\n", to: "secrets/broken.sops.yaml")
      // CR1002
      let path = sops.path("secrets/smtp.sops.yaml")
      let text = String(decoding: try FileContent.read(path), as: UTF8.self)
      try FileContent.replace(path, with: Array(text.replacing("nothing: null\n", with: "more_unencrypted: x\n").utf8))
      // CR1003
      try sops.write("a: 1\n", to: "secrets/plain.yaml")
      try sops.write("a: 1\n", to: "secrets/lies.sops.yaml")
      // CR1005, CR1006, CR1007
      try sops.write(
        "api:\n  key: {expires: 2026-11-22}\n  kee: {expires: 2030-01-01}\nweb: 1\nweeb:\n  x: {expires: 2030-01-01}\n",
        to: "secrets/rotation.yaml")
      // CR1008
      chmod(sops.path("key.txt"), 0o644)
      let found = try await check(sops).diagnostics.map { diagnostic in
        "\(diagnostic.code) \(diagnostic.severity) \(diagnostic.span?.file.split(separator: "/").last ?? "-"): "
      }
      #expect(
        found.sorted() == [
          "CR1001 error broken.sops.yaml: ", "CR1002 error smtp.sops.yaml: ", "CR1003 error lies.sops.yaml: ",
          "CR1003 error plain.yaml: ", "CR1005 warning rotation.yaml: ", "CR1006 error rotation.yaml: ",
          "CR1006 error rotation.yaml: ", "CR1007 error rotation.yaml: ", "CR1008 warning -: ",
        ])
      // CR1004
      let codes = try await check(sops, recipients: [other]).diagnostics.filter { $0.code == "CR1004" }
      #expect(codes.count == 5)
      #expect(codes.allSatisfy { $0.message.contains(other) && $0.message.contains(sops.recipient) })
    }
  }

  private func check(_ sops: SopsProgram, recipients: [String]? = nil) async throws -> SecretsCheck.Report {
    let rule = CreationRule(recipients: recipients ?? [sops.recipient], source: "cluster.yaml")
    return try await SecretsCheck(
      SecretFiles(directory: sops.folder), keyring: sops.keyring(), fallback: rule, today: Day("2026-11-21")!
    ).run()
  }

  @Test func everyCodeHasAPage() {
    #expect(SecretsPages.all.map(\.code) == (1...8).map { "CR100\($0)" })
  }
}
