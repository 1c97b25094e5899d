public import Blueprint
import Catalog
import Digest
public import Secrets

/// The Secrets that releases use, each in every namespace that needs it, as objects that are encrypted for the recipients
/// of the file that they come from: what Flux decrypts
/// (https://fluxcd.io/flux/components/kustomize/kustomizations/#decryption).
///
/// Encrypting the same twice gives two texts. So a file that Croft made stays as it is for as long as its source does,
/// and then takes no private key either.
public struct FluxSecrets {
  let blueprint: Blueprint
  private let uses: [String: Set<String>]
  private let sources: [SecretFile]

  /// `nil` where Flux has no secrets to decrypt.
  /// - Throws: `SecretsError` where the folder of secrets cannot be read.
  public init?(_ blueprint: Blueprint) throws(SecretsError) {
    guard blueprint.gitops?.engine == .flux, blueprint.release(Blueprint.secretsRelease) != nil else { return nil }
    self.blueprint = blueprint
    uses = blueprint.secretUses
    sources = try SecretFiles(directory: blueprint.directory).all()
  }

  private static let source = "croft.dev/source"
  private static let digest = "croft.dev/source-digest"

  static func path(_ namespace: String, _ name: String) -> String { "flux/secrets/\(namespace)/\(name).yaml" }

  /// - Parameters:
  ///   - folder: where an earlier run wrote them.
  ///   - keyring: asked for only where something changed.
  ///   - now: seconds since 1970.
  /// - Returns: the files, and of each Secret the digest of its source. A Secret without a source is left out.
  public func files(
    in folder: GeneratedFolder, keyring: () async throws -> Keyring, now: Double
  ) async throws -> (files: [RenderedFile], digests: [String: String]) {
    try await files(unedited: { try folder.unedited($0) }, keyring: keyring, now: now)
  }

  /// - Parameter unedited: what an earlier run wrote to a file of the tree.
  public func files(
    unedited: (String) throws -> [UInt8]?, keyring: () async throws -> Keyring, now: Double
  ) async throws -> (files: [RenderedFile], digests: [String: String]) {
    var digests: [String: String] = [:]
    for file in sources { digests[place(file.path)] = SHA256.hex(try FileContent.read(file.path)) }
    var files: [RenderedFile] = []
    var origins: [String: String] = [:]
    var stale: [(name: String, namespace: String)] = []
    // Those that have a source for sure; others may be in a file of any name, or be made in the cluster.
    var known = Set(sources.map(\.name))
    for (name, namespaces) in uses.sorted(by: { $0.key < $1.key }) {
      for namespace in namespaces.sorted() {
        let path = Self.path(namespace, name)
        let bytes = try unedited(path)
        let origin = bytes.flatMap { Self.origin(of: $0, path) }
        if origin != nil { known.insert(name) }
        if let bytes, let origin, digests[origin.place] == origin.digest {
          files.append(RenderedFile(path, String(decoding: bytes, as: UTF8.self)))
          origins[name] = origin.place
        } else {
          stale.append((name, namespace))
        }
      }
    }
    if !stale.isEmpty {
      let keyring = try await keyring()
      let secrets = try await load(Set(stale.map(\.name)), known: known, keyring)
      for (name, namespace) in stale {
        guard let secret = secrets[name], let digest = digests[place(secret.path)] else { continue }
        origins[name] = place(secret.path)
        files.append(try await sealed(secret, in: namespace, digest, keyring, now))
      }
    }
    return (files, origins.compactMapValues { digests[$0] })
  }

  /// - Parameter known: what has a source; the rest is looked for as far as a key is at hand.
  private func load(
    _ names: Set<String>, known: Set<String>, _ keyring: Keyring
  ) async throws -> [String: ClusterSecret] {
    func secrets(_ names: Set<String>) async throws -> [String: ClusterSecret] {
      try await ClusterSecret.load(directory: blueprint.directory, names: names, keyring: keyring)
    }
    do { return try await secrets(names) } catch SecretsError.noKey where !known.isSuperset(of: names) {
      return try await secrets(names.intersection(known))
    }
  }

  private func sealed(
    _ secret: ClusterSecret, in namespace: String, _ digest: String, _ keyring: Keyring, _ now: Double
  ) async throws -> RenderedFile {
    let path = Self.path(namespace, secret.name)
    let labels = blueprint.secretLabels(secret.name, in: namespace).sorted { $0.key < $1.key }
    let annotations = [(Self.source, place(secret.path)), (Self.digest, digest)]
    var file = OpenFile(
      [secret.object(in: namespace, labels: labels.map { ($0.key, $0.value) }, annotations: annotations)], path: path,
      format: .yaml,
      metadata: Metadata(rule: .encryptedRegex("^data$")))
    let recipients = try sources.first { $0.path == secret.path }?.read().metadata.recipients ?? []
    try await file.setRecipients(recipients, age: keyring.age)
    return RenderedFile(path, String(decoding: try file.seal(now: now).bytes(), as: UTF8.self))
  }

  /// From the cluster file's folder, so that it is the same wherever the command is typed.
  private func place(_ path: String) -> String {
    path.hasPrefix("\(blueprint.directory)/") ? String(path.dropFirst(blueprint.directory.count + 1)) : path
  }

  /// What a file that Croft made says of where it comes from.
  private static func origin(of bytes: [UInt8], _ path: String) -> (place: String, digest: String)? {
    guard let document = try? SealedFile(bytes, path: path, format: .yaml).documents.first,
      let annotations = document["metadata"]?.mapping?["annotations"]?.mapping,
      let place = annotations[Self.source]?.text, let digest = annotations[Self.digest]?.text
    else { return nil }
    return (place, digest)
  }
}
