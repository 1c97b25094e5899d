/// Why a secret file cannot be read or written.
public enum SecretsError: Error, Sendable, Equatable {
  /// The file, or one that it needs, cannot be read or written.
  case file(path: String, reason: String)
  /// The text is not of the file's format.
  case syntax(file: String, message: String)
  /// There is no `sops` part: the file is plain text.
  case notEncrypted(file: String)
  /// There is a `sops` part already.
  case alreadyEncrypted(file: String)
  /// The `sops` part misses something, or wants something that Croft cannot do.
  case metadata(file: String, message: String)
  /// None of the identities at hand opens the data key.
  case noKey(file: String, recipients: [String], sought: [String])
  /// A value cannot be decrypted in its place: it was changed, moved or made with another key.
  case value(file: String, path: String, message: String)
  /// The values are not those that were signed.
  case mac(file: String)
  /// The path leads nowhere.
  case noValue(file: String, path: String)
  /// No recipient is known for a new file.
  case noRecipients(file: String)
  /// Not a recipient of age.
  case recipient(String)
  /// The creation rules cannot be used.
  case rules(file: String, message: String)
  /// The `age` program did not do its work.
  case age(message: String)
  /// No folder that is kept in memory alone.
  case noPrivateFolder
}

extension SecretsError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .file(let path, let reason): "\(path): \(reason)"
    case .syntax(let file, let message): "\(file): \(message)"
    case .notEncrypted(let file):
      "\(file) is not encrypted: it has no 'sops' part; encrypt it with 'croft secrets encrypt --in-place \(file)'"
    case .alreadyEncrypted(let file): "\(file) is encrypted already; change it with 'croft secrets edit \(file)'"
    case .metadata(let file, let message): "\(file): \(message)"
    case .noKey(let file, let recipients, let sought):
      "\(file) is encrypted for \(Self.list(recipients)), and none of the keys at hand opens it; looked in "
        + "\(Self.list(sought)). Put the age key of a recipient there, or ask one of them to add yours and to run "
        + "'croft secrets rotate'"
    case .value(let file, let path, let message): "\(file): the value at \(path) \(message)"
    case .mac(let file):
      "\(file): the values do not match the file's signature (MAC): something was changed, added, removed or moved "
        + "without a key. Take the last good version from Git; 'sops --ignore-mac' shows what is there"
    case .noValue(let file, let path): "\(file) has nothing at '\(path)'"
    case .noRecipients(let file):
      "nobody is named to encrypt \(file) for; run 'croft secrets init', or name recipients under 'secrets:' in the "
        + "cluster file or in .sops.yaml"
    case .recipient(let text): "'\(text)' is no recipient of age; it starts with age1, ssh-ed25519 or ssh-rsa"
    case .rules(let file, let message): "\(file): \(message)"
    case .age(let message): "age: \(message)"
    case .noPrivateFolder:
      "there is no folder that is kept in memory for the editor's file; set XDG_RUNTIME_DIR, or mount a tmpfs on "
        + "/dev/shm"
    }
  }

  private static func list(_ names: [String]) -> String { names.isEmpty ? "nobody" : names.joined(separator: ", ") }
}
