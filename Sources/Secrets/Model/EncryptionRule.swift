/// Which values of a file are encrypted, by the keys that lead to them (SOPS' documentation, "Selecting the keys to
/// encrypt").
public enum EncryptionRule: Sendable, Equatable {
  /// All but those below a key that ends so.
  case unencryptedSuffix(String)
  /// Those below a key that ends so.
  case encryptedSuffix(String)
  /// All but those below a key that matches.
  case unencryptedRegex(String)
  /// Those below a key that matches.
  case encryptedRegex(String)

  /// What holds where a file says nothing.
  public static let standard = EncryptionRule.unencryptedSuffix("_unencrypted")

  /// The key of the `sops` part, and its value.
  var entry: (key: String, value: String) {
    switch self {
    case .unencryptedSuffix(let value): ("unencrypted_suffix", value)
    case .encryptedSuffix(let value): ("encrypted_suffix", value)
    case .unencryptedRegex(let value): ("unencrypted_regex", value)
    case .encryptedRegex(let value): ("encrypted_regex", value)
    }
  }

  static let keys = ["unencrypted_suffix", "encrypted_suffix", "unencrypted_regex", "encrypted_regex"]
  /// Rules by the text of comments, which Croft does not follow.
  static let commentKeys = ["unencrypted_comment_regex", "encrypted_comment_regex"]

  /// The one rule among the settings; the standard one where there is none.
  /// - Throws: what is wrong, in words.
  init(_ setting: (String) -> String?) throws(Fault) {
    if let key = Self.commentKeys.first(where: { setting($0)?.isEmpty == false }) {
      throw Fault("\(key) is not supported; encrypted_regex and encrypted_suffix are")
    }
    let given = Self.keys.compactMap { key in setting(key).flatMap { $0.isEmpty ? nil : (key, $0) } }
    if given.count > 1 {
      throw Fault("only one of \(given.map(\.0).joined(separator: ", ")) can be used in a file")
    }
    guard let (key, value) = given.first else {
      self = .standard
      return
    }
    switch key {
    case "unencrypted_suffix": self = .unencryptedSuffix(value)
    case "encrypted_suffix": self = .encryptedSuffix(value)
    case "unencrypted_regex": self = .unencryptedRegex(value)
    default: self = .encryptedRegex(value)
    }
    _ = try matcher()
  }

  /// What is wrong with a setting.
  struct Fault: Error {
    var message: String
    init(_ message: String) { self.message = message }
  }

  /// Decides for the keys that lead to a value. Not to be shared, because it remembers what it has seen.
  func matcher() throws(Fault) -> Matcher {
    switch self {
    case .unencryptedSuffix(let suffix): Matcher(encryptsMatches: false) { $0.hasSuffix(suffix) }
    case .encryptedSuffix(let suffix): Matcher(encryptsMatches: true) { $0.hasSuffix(suffix) }
    case .unencryptedRegex(let pattern): Matcher(encryptsMatches: false, matches: try Pattern(pattern).matches)
    case .encryptedRegex(let pattern): Matcher(encryptsMatches: true, matches: try Pattern(pattern).matches)
    }
  }

  final class Matcher {
    private let encryptsMatches: Bool
    private let matches: (String) -> Bool
    private var known: [String: Bool] = [:]

    init(encryptsMatches: Bool, matches: @escaping (String) -> Bool) {
      self.encryptsMatches = encryptsMatches
      self.matches = matches
    }

    func encrypts(_ path: [String]) -> Bool { path.contains(where: isMatch) == encryptsMatches }

    private func isMatch(_ key: String) -> Bool {
      if let answer = known[key] { return answer }
      let answer = matches(key)
      known[key] = answer
      return answer
    }
  }
}

/// A regular expression as SOPS' files write them (https://github.com/google/re2/wiki/Syntax).
struct Pattern {
  private let regex: Regex<AnyRegexOutput>

  init(_ text: String) throws(EncryptionRule.Fault) {
    do {
      regex = try Regex(text).matchingSemantics(.unicodeScalar).asciiOnlyCharacterClasses()
    } catch {
      throw EncryptionRule.Fault("'\(text)' is no regular expression")
    }
  }

  func matches(_ text: String) -> Bool { text.firstMatch(of: regex) != nil }
}
