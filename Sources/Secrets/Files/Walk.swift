/// What encrypting and decrypting share: the keys that lead to a value, and the MAC.
struct Walk {
  private let digest = SHA512()
  private let matcher: EncryptionRule.Matcher
  private let macOnlyEncrypted: Bool
  private(set) var path: [String] = []

  /// What SOPS begins with where the MAC covers encrypted values alone: the SHA-256 of `sops`.
  private static let onlyEncryptedStart: [UInt8] = [
    0x8A, 0x3F, 0xD2, 0xAD, 0x54, 0xCE, 0x66, 0x52, 0x7B, 0x10, 0x34, 0xF3, 0xD1, 0x47, 0xBE, 0x0B,
    0x0B, 0x97, 0x5B, 0x3B, 0xF4, 0x4F, 0x72, 0xC6, 0xFD, 0xAD, 0xEC, 0x81, 0x76, 0xF2, 0x7D, 0x69,
  ]

  init(_ metadata: Metadata, file: String) throws(SecretsError) {
    do throws(EncryptionRule.Fault) { matcher = try metadata.rule.matcher() } catch {
      throw .metadata(file: file, message: error.message)
    }
    macOnlyEncrypted = metadata.macOnlyEncrypted
    if macOnlyEncrypted { digest.update(Self.onlyEncryptedStart) }
  }

  /// Binds a value to where it stands. Elements of a list have their list's place.
  var place: String { path.joined(separator: ":") + ":" }

  var isEncrypted: Bool { matcher.encrypts(path) }

  /// For messages: `database → password`.
  var name: String { path.isEmpty ? "the top" : path.joined(separator: " → ") }

  mutating func enter(_ key: String) { path.append(key) }
  mutating func leave() { path.removeLast() }

  func sign(_ bytes: [UInt8], isEncrypted: Bool) { if isEncrypted || !macOnlyEncrypted { digest.update(bytes) } }

  func mac() -> String { digest.hex() }
}
