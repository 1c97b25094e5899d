public import Redaction

/// What a secret file holds, as the data of a Kubernetes Secret.
public struct ClusterSecret: Sendable {
  public struct Member: Sendable {
    public var key: String
    public var value: Secret<[UInt8]>
  }

  public var name: String
  /// Only where the file is an object of Kubernetes and names one.
  public var namespace: String?
  /// The Secret's `type`, such as `kubernetes.io/tls`; `nil` for `Opaque`.
  public var type: String?
  /// In the order in which they are written.
  public var members: [Member]
  /// The file, for messages.
  public var path: String

  public subscript(key: String) -> Secret<[UInt8]>? { members.first { $0.key == key }?.value }
}

extension ClusterSecret {
  /// Decrypts the secrets of a cluster.
  ///
  /// A file is a mapping of keys to values; its name is the Secret's. Objects of kind `Secret` stand for themselves,
  /// as Flux has them. A binary file is one key, named as the file is: `ca.sops.crt` has `ca.crt`.
  /// - Parameter names: the Secrets that are wanted; files that are not needed for them are left alone. `nil` for all.
  /// - Returns: by name. What has no file is missing.
  /// - Throws: `SecretsError`; two Secrets of one name, and a file that cannot be a Secret, are `.syntax`.
  public static func load(
    directory: String, names: Set<String>? = nil, keyring: Keyring
  ) async throws -> [String: ClusterSecret] {
    let files = try SecretFiles(directory: directory).all()
    guard let names else { return try await load(files, keyring) }
    var secrets = try await load(files.filter { names.contains($0.name) }, keyring)
    let missing = names.subtracting(secrets.keys)
    if !missing.isEmpty {
      // Objects of Kubernetes can be in a file of any name, and what they are called is encrypted.
      let others = files.filter { !names.contains($0.name) && $0.format != .binary }
      for (file, open) in zip(others, try await opened(others, keyring: keyring)) {
        for secret in (try? read(open, file)) ?? [] where missing.contains(secret.name) {
          try add(secret, to: &secrets)
        }
      }
    }
    return secrets.filter { names.contains($0.key) }
  }

  private static func load(_ files: [SecretFile], _ keyring: Keyring) async throws -> [String: ClusterSecret] {
    var secrets: [String: ClusterSecret] = [:]
    for (file, open) in zip(files, try await opened(files, keyring: keyring)) {
      for secret in try read(open, file) { try add(secret, to: &secrets) }
    }
    return secrets
  }

  private static func add(_ secret: ClusterSecret, to secrets: inout [String: ClusterSecret]) throws(SecretsError) {
    if let other = secrets[secret.name] {
      throw .syntax(
        file: secret.path, message: "the Secret '\(secret.name)' is in \(other.path) already; rename one of the two")
    }
    secrets[secret.name] = secret
  }

  /// In the order of the files. Opening waits for programs, so a few go on at once.
  private static func opened(_ files: [SecretFile], keyring: Keyring) async throws -> [OpenFile] {
    try await withThrowingTaskGroup(of: (Int, OpenFile).self) { group in
      var result = [OpenFile?](repeating: nil, count: files.count)
      var next = 0
      func start() {
        guard next < files.count else { return }
        let index = next
        next += 1
        group.addTask { (index, try await files[index].read().open(with: keyring)) }
      }
      for _ in 0..<4 { start() }
      while let (index, file) = try await group.next() {
        result[index] = file
        start()
      }
      return result.compactMap { $0 }
    }
  }

  /// The Secrets of one file.
  public static func read(_ open: OpenFile, _ file: SecretFile) throws(SecretsError) -> [ClusterSecret] {
    if open.format == .binary {
      let content = try open.plainBytes()
      let key = file.ending.isEmpty ? file.name : "\(file.name).\(file.ending)"
      return [ClusterSecret(name: file.name, members: [Member(key: key, value: content)], path: file.path)]
    }
    var secrets: [ClusterSecret] = []
    for document in open.documents.reveal() {
      if document["kind"]?.text == "Secret", document["apiVersion"] != nil {
        secrets.append(try object(document, file))
      } else if let last = secrets.indices.last, secrets[last].name == file.name {
        secrets[last].members += try members(document, file)
      } else {
        secrets.append(ClusterSecret(name: file.name, members: try members(document, file), path: file.path))
      }
    }
    return secrets
  }

  private static func object(_ document: Branch, _ file: SecretFile) throws(SecretsError) -> ClusterSecret {
    guard let metadata = document["metadata"]?.mapping, let name = metadata["name"]?.text else {
      throw .syntax(file: file.path, message: "the object of kind Secret has no metadata.name")
    }
    var secret = ClusterSecret(
      name: name, namespace: metadata["namespace"]?.text, type: document["type"]?.text, members: [], path: file.path)
    for item in document["data"]?.mapping?.items ?? [] {
      guard let text = item.value.text, let bytes = Base64.bytes(text) else {
        throw .syntax(file: file.path, message: "data.\(item.key) of the Secret '\(name)' is not base 64")
      }
      secret.members.append(Member(key: item.key, value: Secret(bytes)))
    }
    // As the API server has it, stringData wins.
    let texts = try members(document["stringData"]?.mapping ?? Branch(), file)
    secret.members.removeAll { member in texts.contains { $0.key == member.key } }
    secret.members += texts
    return secret
  }

  private static func members(_ branch: Branch, _ file: SecretFile) throws(SecretsError) -> [Member] {
    var members: [Member] = []
    for item in branch.items {
      switch item.value {
      case .list, .mapping:
        throw .syntax(
          file: file.path,
          message: "'\(item.key)' is a mapping or a list, and a Secret's values are texts; write it as one text")
      case .null: continue
      case .bool(let value):
        members.append(Member(key: item.key, value: Secret(Array((value ? "true" : "false").utf8))))
      default: members.append(Member(key: item.key, value: Secret(item.value.content?.bytes ?? [])))
      }
    }
    return members
  }

  init(name: String, members: [Member], path: String) {
    self.init(name: name, namespace: nil, type: nil, members: members, path: path)
  }
}

extension ClusterSecret {
  /// The object of Kubernetes, to be encrypted.
  public func object(
    in namespace: String, labels: [(key: String, value: String)] = [], annotations: [(key: String, value: String)] = []
  ) -> Branch {
    func mapping(_ pairs: [(key: String, value: String)]) -> Value {
      .mapping(Branch(pairs.map { Item($0.key, .text($0.value)) }))
    }
    var metadata = Branch([Item("name", .text(name)), Item("namespace", .text(namespace))])
    if !labels.isEmpty { metadata["labels"] = mapping(labels) }
    if !annotations.isEmpty { metadata["annotations"] = mapping(annotations) }
    var object = Branch([
      Item("apiVersion", .text("v1")), Item("kind", .text("Secret")), Item("metadata", .mapping(metadata)),
    ])
    if let type { object["type"] = .text(type) }
    object["data"] = mapping(members.map { ($0.key, Base64.text($0.value.reveal())) })
    return object
  }
}
