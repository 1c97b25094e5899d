/// How a secret file is written.
public enum Format: String, Sendable, CaseIterable {
  case yaml
  case json
  case dotenv
  /// Anything at all, as one value.
  case binary

  /// By the end of the name, as SOPS tells them apart; `nil` for a format that Croft does not write.
  public init?(path: String) {
    if path.hasSuffix(".yaml") || path.hasSuffix(".yml") {
      self = .yaml
    } else if path.hasSuffix(".json") {
      self = .json
    } else if path.hasSuffix(".env") {
      self = .dotenv
    } else if path.hasSuffix(".ini") {
      return nil
    } else {
      self = .binary
    }
  }
}

extension Format {
  /// The documents of a text without a `sops` part, or with an unread one.
  func read(_ bytes: [UInt8], file: String) throws(SecretsError) -> [Branch] {
    switch self {
    case .yaml: try YAMLFile.read(bytes, file: file)
    case .json: [try JSONFile.read(bytes, file: file)]
    case .dotenv: [try DotenvFile.read(bytes, file: file)]
    case .binary: [Branch([Item("data", .bytes(bytes))])]
    }
  }

  /// The text of documents that hold no `sops` part, or hold it as one more member.
  func write(_ documents: [Branch], file: String) throws(SecretsError) -> [UInt8] {
    let first = documents.first ?? Branch()
    switch self {
    case .yaml: return Array(YAMLFile.write(documents).utf8)
    case .json: return Array(JSONFile.write(first).utf8)
    case .dotenv: return Array(try DotenvFile.write(first, file: file).utf8)
    case .binary: return first["data"]?.content?.bytes ?? []
    }
  }
}
