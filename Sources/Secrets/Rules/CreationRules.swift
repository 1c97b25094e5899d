@preconcurrency import Glibc
import YAML

/// How a new file is encrypted: for whom, and what of it.
public struct CreationRule: Sendable, Equatable {
  public var recipients: [String]
  public var rule: EncryptionRule
  public var macOnlyEncrypted: Bool
  /// The file that says so.
  public var source: String

  public init(
    recipients: [String], rule: EncryptionRule = .standard, macOnlyEncrypted: Bool = false, source: String
  ) {
    self.recipients = recipients
    self.rule = rule
    self.macOnlyEncrypted = macOnlyEncrypted
    self.source = source
  }

  /// What a new file begins with.
  public var metadata: Metadata { Metadata(rule: rule, macOnlyEncrypted: macOnlyEncrypted) }
}

/// SOPS' own settings, `.sops.yaml`, from which the first rule that fits a file's path holds.
public enum CreationRules {
  private static let name = ".sops.yaml"

  /// The rule for a file: from the nearest `.sops.yaml` in its folder or one above; `nil` where there is none.
  /// - Throws: `SecretsError.rules` where the rules cannot be read, none fits, or the one that does wants what Croft
  ///   cannot do.
  public static func rule(for path: String) throws(SecretsError) -> CreationRule? {
    let file = absolute(path)
    var folder = parent(file)
    while true {
      let settings = folder == "/" ? "/\(name)" : "\(folder)/\(name)"
      if let content = try FileContent.readIfThere(settings) {
        return try rule(in: content, file: settings, for: String(file.dropFirst(folder == "/" ? 1 : folder.count + 1)))
      }
      if folder == "/" { return nil }
      folder = parent(folder)
    }
  }

  /// - Parameter path: relative to the folder of the settings.
  static func rule(
    in content: [UInt8], file: String, for path: String
  ) throws(SecretsError) -> CreationRule? {
    let root: Node?
    do throws(YAMLError) { root = try Document.parse(content, file: file).first } catch {
      throw .rules(file: file, message: error.message)
    }
    guard let rules = root?["creation_rules"]?.elements, !rules.isEmpty else { return nil }
    for (index, node) in rules.enumerated() {
      let settings = Settings(node: node, file: file, number: index + 1)
      if let pattern = settings.text("path_regex"), !pattern.isEmpty {
        do throws(EncryptionRule.Fault) {
          guard try Pattern(pattern).matches(path) else { continue }
        } catch {
          throw settings.fault(error.message)
        }
      }
      return try settings.rule()
    }
    throw .rules(file: file, message: "no creation rule fits '\(path)'; add one, or mend a path_regex")
  }

  /// One rule.
  private struct Settings {
    var node: Node
    var file: String
    var number: Int

    func text(_ key: String) -> String? { node[key]?.scalar?.text }

    func fault(_ message: String) -> SecretsError { .rules(file: file, message: "creation rule \(number): \(message)") }

    func rule() throws(SecretsError) -> CreationRule {
      let groups = node["key_groups"]?.elements ?? []
      if groups.count > 1 { throw fault("several key groups (Shamir) are for 'sops' itself") }
      for key in ["kms", "gcp_kms", "hckms", "azure_keyvault", "hc_vault_transit_uri", "hc_vault", "pgp"]
      where node[key] != nil || groups.first?[key] != nil {
        throw fault("it names \(key) keys, and Croft encrypts for age recipients; use 'sops' for this file")
      }
      var recipients: [String] = []
      for recipient in Self.list(node["age"]) + Self.list(groups.first?["age"]) where !recipients.contains(recipient) {
        guard Age.isRecipient(recipient) else { throw fault("\(SecretsError.recipient(recipient))") }
        recipients.append(recipient)
      }
      do throws(EncryptionRule.Fault) {
        let macOnly = node["mac_only_encrypted"].map { YAMLScalar.plain($0.scalar?.text ?? "") == .bool(true) }
        return CreationRule(
          recipients: recipients, rule: try EncryptionRule(text), macOnlyEncrypted: macOnly ?? false, source: file)
      } catch {
        throw fault(error.message)
      }
    }

    /// A list, or a text with commas.
    private static func list(_ node: Node?) -> [String] {
      let texts = node?.scalar.map { [$0.text] } ?? node?.elements.compactMap { $0.scalar?.text } ?? []
      return texts.flatMap { $0.split(separator: ",") }.map { String($0.drop { $0 == " " }).trimmingEnd }
        .filter { !$0.isEmpty }
    }
  }

  private static func absolute(_ path: String) -> String {
    var parts: [Substring] = []
    var base = path
    if !path.hasPrefix("/") {
      var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
      if getcwd(&buffer, buffer.count) != nil {
        base = buffer.withUnsafeBufferPointer { String(cString: $0.baseAddress!) } + "/" + path
      }
    }
    for part in base.split(separator: "/") {
      switch part {
      case ".": continue
      case "..": _ = parts.popLast()
      default: parts.append(part)
      }
    }
    return "/" + parts.joined(separator: "/")
  }

  private static func parent(_ path: String) -> String {
    let folder = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
    return folder.isEmpty ? "/" : String(folder)
  }
}

extension String {
  /// Without white space at its end.
  fileprivate var trimmingEnd: String {
    var text = self
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }
}
