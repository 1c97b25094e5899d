import Process
import Redaction
import Testing

@testable import Secrets

struct CreationRuleTests {
  private static let first = "age1" + String(repeating: "q", count: 58)
  private static let second = "age1" + String(repeating: "p", count: 58)

  private func rule(_ text: String, for path: String = "secrets/a.yaml") throws -> CreationRule? {
    try CreationRules.rule(in: Array(text.utf8), file: ".sops.yaml", for: path)
  }

  @Test func theFirstThatFitsHolds() throws {
    let text = """
      creation_rules:
        - path_regex: secrets/.*\\.env$
          age: \(Self.first)
        - path_regex: ^secrets/[^/]*\\.yaml$
          encrypted_regex: ^(data|stringData)$
          mac_only_encrypted: true
          age: >-
            \(Self.first),
            \(Self.second)
        - age: [\(Self.second)]
          unencrypted_suffix: _plain
      """
    #expect(try rule(text, for: "secrets/a.env")?.recipients == [Self.first])
    let second = try rule(text)
    #expect(second?.recipients == [Self.first, Self.second])
    #expect(second?.rule == .encryptedRegex("^(data|stringData)$"))
    #expect(second?.macOnlyEncrypted == true)
    let last = try rule(text, for: "other/a.yaml")
    #expect(last?.recipients == [Self.second])
    #expect(last?.rule == .unencryptedSuffix("_plain"))
    #expect(try rule("stores: {}\n") == nil)
  }

  @Test(arguments: [
    ("creation_rules: [{path_regex: x, age: \(first)}]", "no creation rule fits 'secrets/a.yaml'"),
    ("creation_rules: [{path_regex: '[', age: \(first)}]", "no regular expression"),
    ("creation_rules: [{pgp: ABCD}]", "creation rule 1: it names pgp keys"),
    ("creation_rules: [{key_groups: [{age: [\(first)]}, {age: [\(second)]}]}]", "several key groups"),
    ("creation_rules: [{key_groups: [{kms: [{arn: x}]}]}]", "it names kms keys"),
    ("creation_rules: [{age: age-not}]", "'age-not' is no recipient"),
    ("creation_rules: [{age: \(first), encrypted_regex: a, encrypted_suffix: b}]", "only one of"),
    ("creation_rules: [", "never closed"),
  ])
  func whatCannotBeUsedIsNamed(text: String, message: String) {
    let error = #expect(throws: SecretsError.self) { try rule(text) }
    #expect(error?.description.contains(message) == true, "\(error.map { "\($0)" } ?? "")")
  }

  @Test func oneKeyGroupIsAList() throws {
    #expect(
      try rule("creation_rules: [{key_groups: [{age: [\(Self.first), \(Self.second)]}]}]")?.recipients
        == [Self.first, Self.second])
  }

  /// The same settings and the same file: Croft and the program come to the same.
  @Test(
    .enabled(if: SopsProgram.isThere, SopsProgram.comment),
    arguments: ["secrets/a.yaml", "secrets/deep/b.env", "c.json", "secrets/d.yaml"])
  func agreesWithSops(path: String) async throws {
    try await SopsProgram.with { sops in
      try FileContent.makeFolders(sops.path("secrets/deep"), mode: 0o755)
      let other = try await Age().generate().recipient
      try sops.write(
        """
        creation_rules:
          - path_regex: (?i)^SECRETS/a\\.ya?ml$
            encrypted_regex: ^data$
            age: "\(sops.recipient), \(other)"
          - path_regex: \\.env$
            unencrypted_regex: ^OPEN
            age: [\(other), \(sops.recipient)]
          - path_regex: ^secrets/
            encrypted_suffix: _secret
            key_groups: [{age: [\(sops.recipient)]}]
          - age: \(sops.recipient)
            mac_only_encrypted: true

        """, to: ".sops.yaml")
      let plain = path.hasSuffix(".env") ? "OPEN=1\nDATA=x\n" : "{\"data\": \"x\", \"b_secret\": \"y\", \"c\": \"z\"}\n"
      try sops.write(plain, to: path)
      let theirs = try await sops.run("encrypt", path)
      try #require(theirs.isSuccess, "\(theirs)")
      let format = try #require(Format(path: path))
      let sealed = try SealedFile(theirs.standardOutput, path: path, format: format)
      let rule = try #require(try CreationRules.rule(for: sops.path(path)))
      #expect(rule.recipients == sealed.metadata.recipients)
      #expect(rule.rule == sealed.metadata.rule)
      #expect(rule.macOnlyEncrypted == sealed.metadata.macOnlyEncrypted)
      #expect(rule.source == sops.path(".sops.yaml"))
    }
  }
}
