import Blueprint
import Catalog
import Foundation
import Process
import Redaction
import Render
import Secrets
import Testing

/// The cluster's secrets as Flux decrypts them.
@Suite(.enabled(if: Executable.find("age") != nil, "needs age (scripts/setup)"))
struct FluxSecretsTests {
  private static let file = """
    apiVersion: croft.dev/v1alpha1
    kind: Cluster
    name: sealed
    secrets: {backend: sops}
    gitops: {engine: flux, repository: "https://git.example.net/home/cluster.git"}
    apps:
      web:
        image: registry.example.net/web:1.0
        port: 80
        env: {PASSWORD: {secret: shared, key: password}}
      worker:
        image: registry.example.net/worker:1.0
        secrets: [shared, elsewhere]
        probe: false
    """

  /// A cluster's folder with one secret, and the key that opens it.
  private struct Home {
    let folder: String
    let recipient: String
    let keyring: Keyring

    static func with(_ body: (Home) async throws -> Void) async throws {
      let folder = NSTemporaryDirectory() + "croft-flux-\(UUID().uuidString)"
      try FileManager.default.createDirectory(atPath: folder + "/secrets", withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(atPath: folder) }
      try Data(file.utf8).write(to: URL(fileURLWithPath: folder + "/cluster.yaml"))
      let (identity, recipient) = try await Age().generate()
      try FileContent.create(folder + "/key.txt", with: identity.reveal())
      let keyring = try await Keyring.load(environment: ["SOPS_AGE_KEY_FILE": folder + "/key.txt"])
      let home = Home(folder: folder, recipient: recipient, keyring: keyring)
      try await home.seal("first-secret")
      try await body(home)
    }

    func seal(_ password: String) async throws {
      let path = folder + "/secrets/shared.sops.yaml"
      var file = OpenFile(
        [Branch([Item("password", .text(password))])], path: path, format: .yaml, metadata: Metadata(rule: .standard))
      try await file.setRecipients([recipient], age: keyring.age)
      try file.seal(now: 1_700_000_000).write()
    }

    var generated: GeneratedFolder { GeneratedFolder(folder + "/generated") }

    /// - Parameter hasKey: whether a private key is at hand.
    func render(hasKey: Bool = true) async throws -> [RenderedFile] {
      var blueprint = try #require(loadCluster(folder).blueprint)
      let flux = try #require(try FluxSecrets(blueprint))
      let (files, digests) = try await flux.files(
        in: generated,
        keyring: { hasKey ? keyring : try await Keyring.load(environment: [:]) }, now: 1_700_000_100)
      blueprint.setSecretsDigests(digests)
      return try await tree(of: blueprint, secrets: files)
    }

    func object(_ files: [RenderedFile], _ path: String) async throws -> ClusterSecret {
      let file = try #require(files.first { $0.path == path })
      let open = try await SealedFile(file.bytes, path: path, format: .yaml).open(with: keyring)
      let source = SecretFiles(directory: folder)
      return try #require(try ClusterSecret.read(open, try source.find("shared")).first)
    }
  }

  private static let path = "flux/secrets/worker/shared.yaml"

  @Test func everyNamespaceHasItsOwnEncrypted() async throws {
    try await Home.with { home in
      let files = try await home.render()
      #expect(
        files.map(\.path).filter { $0.hasPrefix("flux/secrets/") } == ["flux/secrets/web/shared.yaml", Self.path])
      let secret = try await home.object(files, Self.path)
      #expect(secret.namespace == "worker")
      #expect(secret["password"]?.reveal() == Array("first-secret".utf8))
      let text = files.map(\.text).joined()
      #expect(!text.contains("first-secret"))
      #expect(!text.contains(Data("first-secret".utf8).base64EncodedString()))
      // A Kustomization of their own: behind the namespaces, before whoever uses them. Nothing of Croft's own release for secrets.
      let cluster = try #require(files.first { $0.path == "flux/cluster.yaml" }).text
      #expect(cluster.contains("path: ./generated/flux/secrets"))
      #expect(!text.contains("croft-secrets"))
      #expect(files.contains { $0.path.contains("web") && $0.text.contains("croft.dev/secrets: ") })
    }
  }

  @Test func whatDidNotChangeStaysAndTakesNoKey() async throws {
    try await Home.with { home in
      let first = try await home.render()
      try await home.generated.write(first)
      #expect(try await home.render(hasKey: false) == first)

      try await home.seal("second-secret")
      await #expect(throws: SecretsError.self) { try await home.render(hasKey: false) }
      let second = try await home.render()
      #expect(try await home.object(second, Self.path)["password"]?.reveal() == Array("second-secret".utf8))
      let changed = try home.generated.difference(to: second).changed
      #expect(changed.contains(Self.path))
      // Pods start anew.
      #expect(changed.contains { $0.contains("web") && !$0.hasPrefix("flux/secrets/") })
    }
  }

  @Test func anEditIsSeen() async throws {
    try await Home.with { home in
      let files = try await home.render()
      try await home.generated.write(files)
      let full = home.folder + "/generated/" + Self.path
      let text = try String(contentsOfFile: full, encoding: .utf8)
      try Data(text.replacing("kind: Secret", with: "kind: Secrets").utf8).write(to: URL(fileURLWithPath: full))
      #expect(try home.generated.difference(to: try await home.render()).edited == [Self.path])
    }
  }
}
