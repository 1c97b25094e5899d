import Blueprint
import Foundation
import JSON
import Process
import Redaction
import Render
import Secrets
import Testing

/// The secrets of a Talos cluster, as `openssl` sees them.
@Suite struct TalosSecretsTests {
  private static let now = 1_790_000_000.0

  private static func file(_ branch: Branch) -> OpenFile {
    OpenFile([branch], path: "talos.sops.yaml", format: .yaml, metadata: Metadata(rule: .standard))
  }

  private static func text(_ branch: Branch, _ path: String) throws -> String {
    let value = try #require(branch.value(at: ValuePath(path))?.text, "\(path)")
    guard path.hasPrefix("certs.") else { return value }
    return String(decoding: try #require(Data(base64Encoded: value)), as: UTF8.self)
  }

  @Test func theShapeOfTalosctl() throws {
    let branch = TalosSecrets(now: Self.now).branch
    #expect(branch.items.map(\.key) == ["cluster", "secrets", "trustdinfo", "certs"])
    #expect(
      branch["certs"]?.mapping?.items.map(\.key) == ["etcd", "k8s", "k8saggregator", "k8sserviceaccount", "os"])
    #expect(try Self.text(branch, "secrets.bootstraptoken").wholeMatch(of: /[a-z0-9]{6}\.[a-z0-9]{16}/) != nil)
    #expect(try Self.text(branch, "trustdinfo.token").wholeMatch(of: /[a-z0-9]{6}\.[a-z0-9]{16}/) != nil)
    for path in ["cluster.secret", "secrets.secretboxencryptionsecret"] {
      #expect(Data(base64Encoded: try Self.text(branch, path))?.count == 32)
    }
    #expect(try Self.text(branch, "cluster.id").wholeMatch(of: /[A-Za-z0-9_-]{43}=/) != nil)
    // Labels that Talos reads keys by.
    for (path, label) in [
      ("os", "ED25519 PRIVATE KEY"), ("k8s", "EC PRIVATE KEY"), ("etcd", "EC PRIVATE KEY"),
      ("k8saggregator", "EC PRIVATE KEY"), ("k8sserviceaccount", "RSA PRIVATE KEY"),
    ] {
      #expect(try Self.text(branch, "certs.\(path).key").hasPrefix("-----BEGIN \(label)-----\n"))
    }
    // Each cluster has its own.
    #expect(TalosSecrets(now: Self.now).branch != branch)
  }

  @Test func whatIsWrittenIsRead() throws {
    let branch = TalosSecrets(now: Self.now).branch
    #expect(try TalosSecrets(Self.file(branch)).branch == branch)
    // Clusters from before Talos 1.3.
    var older = branch
    let secrets = Branch([
      Item("bootstraptoken", .text("abcdef.0123456789abcdef")), Item("aescbcencryptionsecret", .text("c2VjcmV0")),
    ])
    older["secrets"] = .mapping(secrets)
    #expect(try TalosSecrets(Self.file(older)).branch["secrets"] == .mapping(secrets))
    var missing = branch
    missing["trustdinfo"] = nil
    let error = #expect(throws: SecretsError.self) { try TalosSecrets(Self.file(missing)) }
    #expect(error?.description.contains("'trustdinfo.token' is missing") == true)
  }

  /// Workers know nothing that an authority signs with.
  @Test func eachMachineGetsWhatItNeeds() async throws {
    let secrets = TalosSecrets(now: Self.now)
    let talos = try #require(TalosTree(try TreeTests.blueprint(TalosTests.cluster)))
    func main(_ name: String) throws -> JSON {
      let text = try #require(talos.configuration(of: name, secrets: secrets)).reveal()
      return try TalosTests.documents([RenderedFile(name, text)], name)[0]
    }
    func keys(_ json: JSON, _ path: [String] = []) -> [String] {
      (json.object.map(Array.init) ?? []).flatMap { member in
        member.value.object == nil
          ? [(path + [member.key]).joined(separator: ".")] : keys(member.value, path + [member.key])
      }
    }
    let confidential = [
      "cluster.aggregatorCA.crt", "cluster.aggregatorCA.key", "cluster.ca.crt", "cluster.ca.key", "cluster.etcd.ca.crt",
      "cluster.etcd.ca.key", "cluster.id", "cluster.secret", "cluster.secretboxEncryptionSecret",
      "cluster.serviceAccount.key", "cluster.token", "machine.ca.crt", "machine.ca.key", "machine.token",
    ]
    let files = try await tree(of: try TreeTests.blueprint(TalosTests.cluster))
    for (name, expected) in [
      ("control0", confidential),
      (
        "worker0",
        ["cluster.ca.crt", "cluster.id", "cluster.secret", "cluster.token", "machine.ca.crt", "machine.token"]
      ),
    ] {
      let plain = try TalosTests.documents(files, "talos/machines/\(name).yaml")[0]
      #expect(Set(keys(try main(name))).subtracting(keys(plain)).sorted() == expected)
    }
    #expect(talos.configuration(of: "nobody", secrets: secrets) == nil)
  }

  // MARK: openssl

  /// What `openssl` prints.
  private func openssl(_ arguments: [String], _ input: String) async throws -> String {
    let output = try await Command("openssl", arguments, input: Array(input.utf8)).run(timeout: .seconds(300))
    #expect(output.isSuccess, "\(output)")
    return output.text
  }

  @Test(
    .enabled(if: Executable.find("openssl") != nil, "needs openssl"),
    arguments: [
      ("etcd", "O = etcd", "ecdsa-with-SHA256"), ("k8s", "O = kubernetes", "ecdsa-with-SHA256"),
      ("k8saggregator", "CN = front-proxy", "ecdsa-with-SHA256"), ("os", "O = talos", "ED25519"),
    ])
  func authorities(name: String, subject: String, algorithm: String) async throws {
    let branch = TalosSecrets(now: Self.now).branch
    let certificate = try Self.text(branch, "certs.\(name).crt")
    let words = try await openssl(["x509", "-noout", "-text"], certificate)
    #expect(words.contains("Subject: \(subject)\n") && words.contains("Issuer: \(subject)\n"))
    #expect(words.contains("Signature Algorithm: \(algorithm)"))
    #expect(words.contains("CA:TRUE") && words.contains("Certificate Sign"))
    #expect(words.contains("Not Before: Sep 21 14:13:20 2026 GMT"))
    #expect(words.contains("Not After : Sep 18 14:13:20 2036 GMT"))
    // The key is the certificate's.
    let key = try Self.text(branch, "certs.\(name).key").replacing("ED25519 PRIVATE", with: "PRIVATE")
    let ours = try await openssl(["pkey", "-pubout"], key)
    #expect(try await openssl(["x509", "-noout", "-pubkey"], certificate) == ours)
  }

  @Test(.enabled(if: Executable.find("openssl") != nil, "needs openssl"))
  func anAdministrator() async throws {
    let secrets = TalosSecrets(now: Self.now)
    let talos = try #require(TalosTree(try TreeTests.blueprint(TalosTests.cluster)))
    let text = try #require(talos.clientConfiguration(secrets: secrets, now: Self.now + 3600)).reveal()
    let config = try TalosTests.documents([RenderedFile("c", text)], "c")[0]
    let context = try #require(config[path: "contexts", "home"])
    #expect(context["endpoints"] == ["10.0.50.1", "10.0.50.2"])
    let authority = try Self.text(secrets.branch, "certs.os.crt")
    #expect(context["ca"]?.string.flatMap { Data(base64Encoded: $0) } == Data(authority.utf8))
    let folder = NSTemporaryDirectory() + "croft-talosconfig-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Data(authority.utf8).write(to: URL(fileURLWithPath: "\(folder)/ca.crt"))
    let certificate = String(
      decoding: try #require(context["crt"]?.string.flatMap { Data(base64Encoded: $0) }), as: UTF8.self)
    let verified = try await openssl(
      ["verify", "-CAfile", "\(folder)/ca.crt", "-attime", "\(Int(Self.now) + 7200)", "-purpose", "sslclient"],
      certificate)
    #expect(verified.contains("OK"))
    #expect(try await openssl(["x509", "-noout", "-subject"], certificate).contains("O = os:admin"))
    // Of another cluster's authority it is not.
    let other = try Self.text(TalosSecrets(now: Self.now).branch, "certs.os.crt")
    try Data(other.utf8).write(to: URL(fileURLWithPath: "\(folder)/ca.crt"))
    let refused = try await Command(
      "openssl", ["verify", "-CAfile", "\(folder)/ca.crt"], input: Array(certificate.utf8)
    ).run(timeout: .seconds(300))
    #expect(!refused.isSuccess)
  }
}
