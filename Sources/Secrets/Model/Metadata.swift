/// The `sops` part of a file: who can open it, what is encrypted, and what signs it.
public struct Metadata: Sendable, Equatable {
  /// The data key, encrypted for one recipient of age.
  public struct AgeKey: Sendable, Equatable {
    public var recipient: String
    /// Armored (https://age-encryption.org/v1).
    public var encrypted: String
  }

  public var ageKeys: [AgeKey]
  public var rule: EncryptionRule
  /// Whether the MAC covers encrypted values alone.
  public var macOnlyEncrypted: Bool
  /// RFC 3339, as the file says it: the MAC is bound to this very text.
  public var lastModified: String
  /// Encrypted.
  var mac: String
  /// SOPS' version that the file was written for.
  var version: String
  /// Keys of other kinds (PGP, KMS, Vault), kept as they are.
  var others: [Item]

  /// The version of SOPS whose files Croft writes.
  static let writtenVersion = "3.11.0"
  static let otherKinds = ["kms", "gcp_kms", "hckms", "azure_kv", "hc_vault", "pgp"]

  public init(rule: EncryptionRule, macOnlyEncrypted: Bool = false) {
    ageKeys = []
    self.rule = rule
    self.macOnlyEncrypted = macOnlyEncrypted
    lastModified = ""
    mac = ""
    version = Self.writtenVersion
    others = []
  }

  public var recipients: [String] { ageKeys.map(\.recipient) }
  /// The kinds of keys besides age's.
  public var otherKinds: [String] { others.map(\.key) }

  init(_ branch: Branch, file: String) throws(SecretsError) {
    func text(_ key: String) -> String? {
      switch branch[key] {
      case .text(let text), .time(let text): text
      case .bool(let value): value ? "true" : "false"
      default: nil
      }
    }
    if let groups = branch["key_groups"]?.branch, !groups.items.isEmpty {
      throw .metadata(file: file, message: "its key is split into key groups (Shamir), which only 'sops' itself opens")
    }
    do throws(EncryptionRule.Fault) { rule = try EncryptionRule(text) } catch {
      throw .metadata(file: file, message: error.message)
    }
    ageKeys = (branch["age"]?.branch?.items ?? []).compactMap { item in
      guard let entry = item.value.mapping, let recipient = entry["recipient"]?.text, let key = entry["enc"]?.text
      else { return nil }
      return AgeKey(recipient: recipient, encrypted: key)
    }
    macOnlyEncrypted = text("mac_only_encrypted") == "true"
    guard let lastModified = text("lastmodified"), let mac = text("mac"), !mac.isEmpty else {
      throw .metadata(
        file: file, message: "its 'sops' part has no 'mac' or no 'lastmodified', so it cannot be verified")
    }
    self.lastModified = lastModified
    self.mac = mac
    version = text("version") ?? Self.writtenVersion
    others = branch.items.filter { Self.otherKinds.contains($0.key) && $0.value.branch?.items.isEmpty == false }
    if ageKeys.isEmpty {
      let kinds = others.map(\.key).joined(separator: ", ")
      throw .metadata(
        file: file,
        message: kinds.isEmpty
          ? "its 'sops' part has no keys" : "it is encrypted for \(kinds) alone; Croft opens files with age keys")
    }
  }

  /// In the order of SOPS 3.11.
  /// - Parameter isBinary: such a file has but one value, and no rule.
  func branch(isBinary: Bool) -> Branch {
    var items = others.filter { $0.key != "pgp" }
    let keys = ageKeys.map { key in
      Item(
        "",
        .mapping(Branch([Item("recipient", .text(key.recipient)), Item("enc", .text(key.encrypted))])))
    }
    items.append(Item("age", .list(Branch(keys))))
    items.append(Item("lastmodified", .text(lastModified)))
    items.append(Item("mac", .text(mac)))
    items += others.filter { $0.key == "pgp" }
    if !isBinary || rule != .standard { items.append(Item(rule.entry.key, .text(rule.entry.value))) }
    if macOnlyEncrypted { items.append(Item("mac_only_encrypted", .bool(true))) }
    items.append(Item("version", .text(version)))
    return Branch(items)
  }
}
