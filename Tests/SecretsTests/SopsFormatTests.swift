import Process
import Redaction
import Testing

@testable import Secrets

/// Every format in both directions, with the real program on the other side.
@Suite(.enabled(if: SopsProgram.isThere, SopsProgram.comment), .timeLimit(.minutes(5)))
struct SopsFormatTests {
  static let files: [(String, String)] = [
    ("a.json", #"{"b": {"x": 1, "y": [1.5, true, null, "s", {}, []]}, "a_unencrypted": "<é>", "empty": ""}"#),
    ("a.env", "# first\nA=one\nB=two\\nlines\n# second\nC=\nD_unencrypted=x = y\nE= spaced \n# last\n"),
    ("a.bin", "any\u{0}thing \u{1F600} at all\n"),
    ("several.yaml", "a: one\n---\nb: two\n# end\n---\nc:\n    - three\n"),
  ]

  @Test(arguments: files)
  func readsWhatSopsWrites(name: String, plain: String) async throws {
    try await SopsProgram.with { sops in
      try sops.write(plain, to: name)
      let bytes = try await sops.encrypt(name)
      let format = try #require(Format(path: name))
      let sealed = try SealedFile(bytes, path: name, format: format)
      let open = try await sealed.open(with: sops.keyring())
      let theirs = try await sops.decrypt(bytes, as: name)
      #expect(differences(String(decoding: try open.plainBytes().reveal(), as: UTF8.self), theirs.text) == [])
      // What stayed the same is written the same.
      let same = try open.seal(now: 0).documents == sealed.documents
      #expect(same)
      var edited = open
      try edited.replace(with: theirs.standardOutput)
      let sameAfterEditing = try edited.seal(now: 0).documents == sealed.documents
      #expect(sameAfterEditing)
      // But for the signature and its time, the whole file is.
      let ours = String(decoding: try open.seal(now: 0).bytes(), as: UTF8.self)
      let other = differences(ours, String(decoding: bytes, as: UTF8.self))
      #expect(other.allSatisfy { $0.contains("mac") || $0.contains("lastmodified") }, "\(other)")
    }
  }

  @Test(arguments: files)
  func sopsReadsWhatCroftWrites(name: String, plain: String) async throws {
    try await SopsProgram.with { sops in
      let bytes = try await sops.seal(plain, as: name).bytes()
      let theirs = try await sops.decrypt(bytes, as: name)
      try #require(theirs.isSuccess, "\(theirs)\n\(String(decoding: bytes, as: UTF8.self))")
      let format = try #require(Format(path: name))
      let expected = try format.write(format.read(Array(plain.utf8), file: name), file: name)
      #expect(differences(theirs.text, String(decoding: expected, as: UTF8.self)) == [])
    }
  }

  @Test func bytesThatAreNoTextSurvive() async throws {
    try await SopsProgram.with { sops in
      let content: [UInt8] = (0...255).map { UInt8($0) } + [0xFF, 0xFE]
      try FileContent.replace(sops.path("a.key"), with: content)
      let theirs = try await SealedFile(sops.encrypt("a.key"), path: "a.key", format: .binary).open(
        with: sops.keyring())
      #expect(try theirs.plainBytes().reveal() == content)
      var ours = OpenFile(
        try OpenFile.read(content, path: "a.key", format: .binary), path: "a.key", format: .binary,
        metadata: Metadata(rule: .standard))
      try await ours.setRecipients([sops.recipient], age: Age())
      let read = try await sops.decrypt(try ours.seal(now: 0).bytes(), as: "a.key")
      #expect(read.standardOutput == content, "\(read.errorText)")
    }
  }

  /// Values whose look is against them, as keys and as values.
  static let awkward = [
    "x: y", "- q", "#no", "a #b", "tab\there", "trail ", " lead", "two\nlines", "two\n lines \n", "\nlead", "1_000",
    "2024-01-01", "1:20", "null", "é", "\u{7}", "it's", "x:", "%a", "@x", "a\n\n", "[a", "a]", "-", "--- a", "!x", "?",
    "? a", "a,b", "~", "=", "<<", "0x1F", "08", "  x\ny", "😀", "\u{2028}", "a\tb\nc", "\u{FEFF}", "...", "\"q\"", "'",
    "\\", "a\\nb", "yes", "y", "true", "1e3", ".5", "+1", "-", ":", ": a", "a:b", "{", "}", "*a", "&a", "|", ">", "`",
    "\r\n", "ENC[AES256_GCM,data:x]", "\u{85}", " ", "\n", "0o17", "1.", "-.inf", ".nan", "a\n#b\nc", "𝒳:\n y",
  ]

  @Test(arguments: ["^never$", "."])
  func awkwardTextSurvives(pattern: String) async throws {
    try await SopsProgram.with { sops in
      let members = Self.awkward.enumerated().map { Item("k\($0.offset)", .text($0.element)) }
      let keys = Set(Self.awkward).sorted().map { Item($0, .text("v")) }
      let branch = Branch(members + [Item("keys", .mapping(Branch(keys)))])
      var file = OpenFile(
        [branch], path: "a.yaml", format: .yaml, metadata: Metadata(rule: .encryptedRegex(pattern)))
      try await file.setRecipients([sops.recipient], age: Age())
      let bytes = try file.seal(now: 0).bytes()
      let again = try await SealedFile(bytes, path: "a.yaml", format: .yaml).open(with: sops.keyring())
      let isSame = again.members.reveal() == branch
      #expect(isSame)
      let theirs = try await sops.decrypt(bytes, as: "a.yaml")
      try #require(theirs.isSuccess, "\(theirs)")
      // As JSON, because nobody has to trust a second YAML writer then.
      let json = try await sops.run("decrypt", "--output-type", "json", "a.yaml")
      let read = try Format.json.read(json.standardOutput, file: "a.json")
      for (ours, theirs) in zip(branch.items, read[0].items) { #expect(ours == theirs) }
    }
  }

  /// Croft changes one value of a file of SOPS', SOPS changes another.
  @Test func bothTakeTurns() async throws {
    try await SopsProgram.with { sops in
      try sops.write("# of a\na: one\nb: two\nlist:\n    - x\n    - x\n# end\n", to: "a.yaml")
      let first = try await sops.encrypt("a.yaml")
      var open = try await SealedFile(first, path: "a.yaml", format: .yaml).open(with: sops.keyring())
      #expect(try !open.set(Secret(.text("two")), at: ValuePath("b")))
      #expect(try open.set(Secret(.text("three")), at: ValuePath("b")))
      #expect(try open.set(Secret(.int(5)), at: ValuePath("new.key")))
      let second = try open.seal(now: 1_795_228_800).bytes()
      let changed = differences(String(decoding: second, as: UTF8.self), String(decoding: first, as: UTF8.self))
      let lines = changed.map { $0.drop { $0 != " " }.trimmingPrefix { $0 == " " }.prefix { $0 != ":" } }
      #expect(lines.sorted() == ["b", "b", "key", "lastmodified", "lastmodified", "mac", "mac", "new"])
      #expect(try await sops.decrypt(second, as: "a.yaml").isSuccess)
      #expect(try await sops.run("set", "a.yaml", "[\"a\"]", "\"four\"").isSuccess)
      let third = try await SealedFile(FileContent.read(sops.path("a.yaml")), path: "a.yaml", format: .yaml).open(
        with: sops.keyring())
      #expect(
        String(decoding: try third.plainBytes().reveal(), as: UTF8.self)
          == "# of a\na: four\nb: three\nlist:\n    - x\n    - x\nnew:\n    key: 5\n# end\n")
      #expect(third.members.reveal()["a"] == .text("four"))
      #expect(third.members.reveal().value(at: ValuePath("new.key")) == .int(5))
      // Nothing of it shows where it was not meant to.
      for text in ["\(third)", String(reflecting: third)] { #expect(!text.contains("four") && !text.contains("three")) }
    }
  }

  @Test func keysOfOtherKindsAreKept() async throws {
    try await SopsProgram.with { sops in
      let text = String(decoding: try await sops.seal("a: b\n", as: "a.yaml").bytes(), as: UTF8.self)
      let pgp = "    pgp:\n        - created_at: \"2026-01-01T00:00:00Z\"\n          enc: x\n          fp: ABCD\n"
      let both = text.replacing("    unencrypted_suffix", with: pgp + "    unencrypted_suffix")
      var open = try await SealedFile(Array(both.utf8), path: "a.yaml", format: .yaml).open(with: sops.keyring())
      #expect(try open.set(Secret(.text("c")), at: ValuePath("a")))
      #expect(String(decoding: try open.seal(now: 0).bytes(), as: UTF8.self).contains(pgp))
      open.rotateKey()
      let error = await #expect(throws: SecretsError.self) {
        try await open.setRecipients([sops.recipient], age: Age(), isNewKey: true)
      }
      #expect(error?.description.contains("'sops rotate'") == true)
    }
  }

  @Test func severalRecipientsEachOpenTheFile() async throws {
    try await SopsProgram.with { first in
      try await SopsProgram.with { second in
        var file = OpenFile(
          [Branch([Item("a", .text("b"))])], path: "a.yaml", format: .yaml, metadata: Metadata(rule: .standard))
        try await file.setRecipients([first.recipient, second.recipient], age: Age())
        let bytes = try file.seal(now: 0).bytes()
        for sops in [first, second] {
          #expect(try await sops.decrypt(bytes, as: "a.yaml").text == "a: b\n")
          let open = try await SealedFile(bytes, path: "a.yaml", format: .yaml).open(with: sops.keyring())
          #expect(open.members.reveal()["a"]?.text == "b")
        }
        try await file.setRecipients([second.recipient], age: Age())
        file.rotateKey()
        try await file.setRecipients([second.recipient], age: Age(), isNewKey: true)
        let narrowed = try file.seal(now: 0).bytes()
        #expect(try await !first.decrypt(narrowed, as: "a.yaml").isSuccess)
        await #expect(throws: SecretsError.self) {
          try await SealedFile(narrowed, path: "a.yaml", format: .yaml).open(with: first.keyring())
        }
        #expect(try await second.decrypt(narrowed, as: "a.yaml").text == "a: b\n")
      }
    }
  }
}
