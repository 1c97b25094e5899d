import Process
import Redaction
import Testing

@testable import Secrets

/// YAML in both directions, with the real program on the other side.
@Suite(.enabled(if: SopsProgram.isThere, SopsProgram.comment), .timeLimit(.minutes(5)))
struct SopsYAMLTests {
  static let plain = """
    # top comment

    # head of a
    a: hello # inline a
    n: 5
    f: 1.50
    big: 1e30
    small: 0.000012
    b: true
    nul: null
    empty: ""
    date: 2024-01-02
    dt: 2024-01-02T03:04:05+02:00
    oct: 0644
    hex: 0x1F
    thousand: 1_000
    eight: 08
    yes: yes
    quoted: "5"
    multi: |
      line one
      line two
    folded: >-
      one
      two
    plain_unencrypted: "yes"
    list:
      # in list
      - one
      - 2
      - x: 1
        y: # under y
          z: deep
          # trailing in y
      - - nested
        - - deeper
    map:
      k: v
      # foot of map

    # before last
    last: z
    emptymap: {}
    emptylist: []
    # end comment

    """

  static let rules: [(EncryptionRule, [String])] = [
    (.standard, []),
    (.encryptedRegex("^(map|list)$"), ["--encrypted-regex", "^(map|list)$"]),
    (.unencryptedRegex("^(map|li.t)$"), ["--unencrypted-regex", "^(map|li.t)$"]),
    (.encryptedSuffix("t"), ["--encrypted-suffix", "t"]),
    (.unencryptedSuffix("p"), ["--unencrypted-suffix", "p"]),
  ]

  @Test(arguments: rules)
  func readsWhatSopsWrites(rule: EncryptionRule, options: [String]) async throws {
    try await SopsProgram.with { sops in
      try sops.write(Self.plain, to: "a.yaml")
      let output = try await Command(
        "sops", ["--disable-version-check", "encrypt", "--age", sops.recipient] + options + ["a.yaml"],
        directory: sops.folder
      ).run()
      let sealed = try SealedFile(output.standardOutput, path: "a.yaml", format: .yaml)
      #expect(sealed.metadata.rule == rule)
      let open = try await sealed.open(with: sops.keyring())
      // The program's own reading of the file is what Croft reads in plain.
      let theirs = try await sops.decrypt(output.standardOutput, as: "b.yaml")
      #expect(theirs.isSuccess, "\(theirs)")
      let expected = try Format.yaml.read(theirs.standardOutput, file: "b.yaml")
      let json = { (documents: [Branch]) in documents.map { Value.mapping($0).json } }
      #expect(json(open.documents.reveal()) == json(expected))
      let ours = String(decoding: try open.plainBytes().reveal(), as: UTF8.self)
      #expect(differences(ours, theirs.text) == [])
      // Nothing changed, so the file is the same but for its signature; SOPS makes elements of a list's comments.
      let values = { (documents: [Branch]) in documents.map { Self.withoutComments(.mapping($0)) } }
      let isSame = try values(open.seal(now: 0).documents) == values(sealed.documents)
      #expect(isSame)
    }
  }

  @Test(arguments: rules.map(\.0), [false, true])
  func sopsReadsWhatCroftWrites(rule: EncryptionRule, macOnlyEncrypted: Bool) async throws {
    try await SopsProgram.with { sops in
      let sealed = try await sops.seal(Self.plain, as: "a.yaml", rule: rule, macOnlyEncrypted: macOnlyEncrypted)
      let bytes = try sealed.bytes()
      let theirs = try await sops.decrypt(bytes, as: "a.yaml")
      try #require(theirs.isSuccess, "\(theirs)\n\(String(decoding: bytes, as: UTF8.self))")
      let ours = try await SealedFile(bytes, path: "a.yaml", format: .yaml).open(with: sops.keyring())
      let expected = try YAMLFile.write(Format.yaml.read(Array(Self.plain.utf8), file: ""))
      #expect(differences(YAMLFile.write(ours.documents.reveal()), expected) == [])
      let plain = try Format.yaml.read(theirs.standardOutput, file: "")
      #expect(plain.map { Value.mapping($0).json } == ours.documents.reveal().map { Value.mapping($0).json })
      #expect(!theirs.errorText.contains("unencrypted comment"), "\(theirs.errorText)")
    }
  }

  @Test(arguments: ["a: 12345678901234567890\n", "a:\n  - 99999999999999999999999\n"])
  func numbersThatWouldChangeAreRefused(text: String) {
    let error = #expect(throws: SecretsError.self) {
      try OpenFile.read(Array(text.utf8), path: "a.yaml", format: .yaml)
    }
    #expect(error?.description.contains("put it in quotes") == true)
  }

  private static func withoutComments(_ value: Value) -> Value {
    func strip(_ branch: Branch) -> Branch {
      Branch(
        branch.items.filter { !($0.value.text.flatMap { SealedValue($0) }?.kind == .comment) }
          .map { Item($0.key, withoutComments($0.value)) })
    }
    switch value {
    case .list(let branch): return .list(strip(branch))
    case .mapping(let branch): return .mapping(strip(branch))
    default: return value
    }
  }
}

/// The lines of two texts that are in one of them alone.
func differences(_ ours: String, _ theirs: String) -> [String] {
  let lines = { (text: String) in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }
  return lines(ours).difference(from: lines(theirs)).map { change in
    switch change {
    case .insert(_, let line, _): "ours: \(line)"
    case .remove(_, let line, _): "theirs: \(line)"
    }
  }
}
