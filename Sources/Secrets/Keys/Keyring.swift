@preconcurrency import Glibc
public import Redaction

/// The private keys at hand, from the places where SOPS looks: `SOPS_AGE_KEY`, the file that `SOPS_AGE_KEY_FILE`
/// names, and `sops/age/keys.txt` in the user's folder of settings. Recipients that are SSH keys are opened with
/// `SOPS_AGE_SSH_PRIVATE_KEY_FILE`, `~/.ssh/id_ed25519` or `~/.ssh/id_rsa`.
public struct Keyring: Sendable {
  public let age: Age
  /// Lines of age's identity files.
  private let identities: Secret<[UInt8]>
  private let sshFiles: [String]
  /// Where was looked, for messages.
  public let sought: [String]
  /// Files of keys that others than their owner can read.
  public let exposedFiles: [String]
  /// Recipients that the identities stand for; empty where that is not known.
  public let recipients: [String]

  /// - Parameters:
  ///   - key: a file of identities, besides the others.
  ///   - environment: whose `SOPS_…`, `XDG_CONFIG_HOME` and `HOME` count.
  public static func load(key: String? = nil, environment: [String: String], age: Age = Age()) async throws -> Keyring {
    var bytes: [UInt8] = []
    var sought: [String] = []
    if let text = environment["SOPS_AGE_KEY"], !text.isEmpty {
      bytes += Array(text.utf8) + [0x0A]
      sought.append("SOPS_AGE_KEY")
    }
    for path in [key, environment["SOPS_AGE_KEY_FILE"], defaultFile(environment)].compactMap({ $0 })
    where !path.isEmpty && !sought.contains(path) {
      sought.append(path)
      guard let content = try FileContent.readIfThere(path) else { continue }
      guard !isProtected(content) else {
        throw SecretsError.age(
          message: "the key \(path) is protected with a passphrase, which 'age' would ask for each time; give the key "
            + "itself for as long as you need it: SOPS_AGE_KEY=$(age --decrypt \(path))")
      }
      bytes += content + [0x0A]
    }
    let ssh = [
      environment["SOPS_AGE_SSH_PRIVATE_KEY_FILE"], home(environment).map { "\($0)/.ssh/id_ed25519" },
      home(environment).map { "\($0)/.ssh/id_rsa" },
    ].compactMap { $0 }.filter { access($0, R_OK) == 0 }
    let identities = Secret(bytes)
    return Keyring(
      age: age, identities: identities, sshFiles: ssh, sought: sought, exposedFiles: sought.filter(isExposed),
      recipients: try await age.recipients(of: identities))
  }

  /// Where SOPS keeps identities: `~/.config/sops/age/keys.txt`.
  public static func defaultFile(_ environment: [String: String]) -> String? {
    if let path = environment["XDG_CONFIG_HOME"], path.hasPrefix("/") { return "\(path)/sops/age/keys.txt" }
    return home(environment).map { "\($0)/.config/sops/age/keys.txt" }
  }

  /// Whether a file of keys is itself encrypted.
  private static func isProtected(_ content: [UInt8]) -> Bool {
    ["age-encryption.org/", "-----BEGIN AGE ENCRYPTED FILE"].contains { content.starts(with: $0.utf8) }
  }

  private static func isExposed(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & 0o077 != 0
  }

  private static func home(_ environment: [String: String]) -> String? {
    if let path = environment["HOME"], !path.isEmpty { return path }
    return getpwuid(getuid()).map { String(cString: $0.pointee.pw_dir) }
  }

  /// The data key of a file.
  /// - Throws: `SecretsError.noKey`.
  public func key(of file: SealedFile) async throws -> DataKey {
    // Those that are known to fit come first: each try is a program to start.
    let ours = file.metadata.ageKeys.filter { recipients.contains($0.recipient) }
    let others =
      recipients.isEmpty ? file.metadata.ageKeys : file.metadata.ageKeys.filter { $0.recipient.hasPrefix("ssh-") }
    for wrapped in ours + others {
      let files = wrapped.recipient.hasPrefix("ssh-") ? sshFiles : []
      guard !identities.reveal().isEmpty || !files.isEmpty else { continue }
      if let key = try await age.unwrap(wrapped.encrypted, identities: identities, files: files) { return key }
    }
    throw SecretsError.noKey(file: file.path, recipients: file.metadata.recipients, sought: sought)
  }

  /// The age identities of some recipients, as the text of an identity file, and nothing else that is at hand.
  /// - Returns: `nil` where there is none.
  public func identities(of recipients: [String]) async throws -> Secret<[UInt8]>? {
    var bytes: [UInt8] = []
    let lines = identities.reveal().split(separator: 0x0A)
    for line in lines where line.starts(with: "AGE-SECRET-KEY-".utf8) {
      let identity = Array(line) + [0x0A]
      let recipient = try await age.recipients(of: Secret(identity)).first
      if let recipient, recipients.contains(recipient) { bytes += identity }
    }
    return bytes.isEmpty ? nil : Secret(bytes)
  }

  /// Whether one of the identities is a recipient's.
  public func holds(_ recipient: String) -> Bool { recipients.contains(recipient) }
}

extension SealedFile {
  /// Decrypts the file with the keys at hand.
  public func open(with keyring: Keyring) async throws -> OpenFile { try open(with: try await keyring.key(of: self)) }
}

extension OpenFile {
  /// Wraps the data key for these recipients; copies that are there already are kept.
  /// - Throws: `SecretsError.metadata` where keys of other kinds (PGP, KMS) would fall behind a new data key.
  public mutating func setRecipients(_ recipients: [String], age: Age, isNewKey: Bool = false) async throws {
    if isNewKey, let kind = metadata.otherKinds.first {
      throw SecretsError.metadata(
        file: path,
        message: "it is encrypted for \(kind) too, which Croft cannot make a new copy for; use 'sops rotate'")
    }
    guard !recipients.isEmpty else { throw SecretsError.noRecipients(file: path) }
    var keys: [Metadata.AgeKey] = []
    for recipient in recipients where !keys.contains(where: { $0.recipient == recipient }) {
      if !isNewKey, let known = metadata.ageKeys.first(where: { $0.recipient == recipient }) {
        keys.append(known)
      } else {
        keys.append(try await age.wrap(key, for: recipient))
      }
    }
    metadata.ageKeys = keys
  }
}
