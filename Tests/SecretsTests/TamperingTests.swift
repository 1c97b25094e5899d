import Process
import Redaction
import Testing

@testable import Secrets

/// What somebody without a key can do to a file is noticed, as the real program notices it.
@Suite(.enabled(if: SopsProgram.isThere, SopsProgram.comment), .timeLimit(.minutes(5)))
struct TamperingTests {
  static let plain = """
    first: one
    second: two
    open_unencrypted: all may read this
    list:
        - a
        - b
    empty: ""
    nothing: null

    """

  enum Noticed { case value, mac, nothing }

  /// What is done to the encrypted file, and how it is noticed: with the MAC over everything, and over what is
  /// encrypted alone.
  static let tricks: [(name: String, all: Noticed, encryptedOnly: Noticed, change: @Sendable (inout Branch) -> Void)] =
    [
      ("nothing", .nothing, .nothing, { _ in }),
      ("two values exchanged", .value, .value, { (($0["first"], $0["second"]) = ($0["second"], $0["first"])) }),
      ("a value removed", .mac, .mac, { $0["second"] = nil }),
      ("a plain value changed", .mac, .nothing, { $0["open_unencrypted"] = .text("nobody may") }),
      ("a plain value added", .mac, .nothing, { $0["more_unencrypted"] = .text("new") }),
      ("a value written in plain", .value, .value, { $0["first"] = .text("three") }),
      ("a number written in plain", .value, .value, { $0["first"] = .int(3) }),
      ("an empty value", .mac, .mac, { $0["first"] = .text("") }),
      ("a null", .mac, .mac, { $0["first"] = .null }),
      ("a key renamed", .value, .value, { $0.items[0].key = "erste" }),
      ("the order of keys", .mac, .mac, { $0.items.swapAt(0, 1) }),
      (
        "the order of a list", .mac, .mac,
        { branch in
          guard var list = branch["list"]?.branch else { return }
          list.items.swapAt(0, 1)
          branch["list"] = .list(list)
        }
      ),
      (
        "a type changed", .mac, .mac,
        { branch in branch["first"] = branch["first"]?.text.map { .text($0.replacing("type:str", with: "type:bytes")) }
        }
      ),
    ]

  @Test(arguments: tricks.indices, [false, true])
  func isNoticed(trick: Int, macOnlyEncrypted: Bool) async throws {
    let (name, all, encryptedOnly, change) = Self.tricks[trick]
    try await SopsProgram.with { sops in
      var sealed = try await sops.seal(Self.plain, as: "a.yaml", macOnlyEncrypted: macOnlyEncrypted)
      change(&sealed.documents[0])
      let bytes = try sealed.bytes()
      let keyring = try await sops.keyring()
      let theirs = try await sops.decrypt(bytes, as: "a.yaml")
      // A type is not authenticated. Of bytes, which Croft takes for what they are, and SOPS for a text, both are right.
      if name == "a type changed" { return }
      let expected = macOnlyEncrypted ? encryptedOnly : all
      #expect(theirs.isSuccess == (expected == .nothing), "\(name): \(theirs)")
      do {
        _ = try await SealedFile(bytes, path: "a.yaml", format: .yaml).open(with: keyring)
        #expect(expected == .nothing, "\(name)")
      } catch SecretsError.mac(let file) {
        #expect(expected == .mac && file == "a.yaml", "\(name)")
      } catch SecretsError.value {
        #expect(expected == .value, "\(name)")
      }
    }
  }

  @Test func theSignatureIsBoundToItsTime() async throws {
    try await SopsProgram.with { sops in
      var sealed = try await sops.seal(Self.plain, as: "a.yaml")
      sealed.metadata.lastModified = "2020-01-01T00:00:00Z"
      let bytes = try sealed.bytes()
      #expect(try await !sops.decrypt(bytes, as: "a.yaml").isSuccess)
      await #expect(throws: SecretsError.mac(file: "a.yaml")) {
        try await SealedFile(bytes, path: "a.yaml", format: .yaml).open(with: sops.keyring())
      }
    }
  }

  @Test(arguments: [
    ("a: 1\n", "a.yaml is not encrypted"),
    ("a: 1\nsops:\n  mac: x\n  lastmodified: y\n", "has no keys"),
    ("a: 1\nsops:\n  age: [{recipient: age1x, enc: y}]\n  lastmodified: y\n", "no 'mac'"),
    ("a: 1\nsops:\n  pgp: [{fp: x}]\n  mac: x\n  lastmodified: y\n", "encrypted for pgp alone"),
    ("a: 1\nsops:\n  key_groups: [{}, {}]\n", "Shamir"),
    ("a: 1\nsops:\n  encrypted_regex: '['\n  mac: x\n  lastmodified: y\n", "no regular expression"),
    ("a: 1\nsops:\n  encrypted_regex: a\n  encrypted_suffix: b\n  mac: x\n", "only one of"),
    ("a: 1\nsops:\n  encrypted_comment_regex: a\n  mac: x\n", "is not supported"),
    ("- a\n", "expected keys and values"), ("a: [\n", "line"),
  ])
  func whatIsNoFileOfSopsIsNamed(text: String, message: String) {
    let error = #expect(throws: SecretsError.self) {
      try SealedFile(Array(text.utf8), path: "a.yaml", format: .yaml)
    }
    #expect(error?.description.contains(message) == true, "\(error.map { "\($0)" } ?? "")")
  }

  @Test func aFileIsNotEncryptedTwice() async throws {
    try await SopsProgram.with { sops in
      for name in ["a.yaml", "a.json", "a.env", "a.bin"] {
        let plain = name == "a.json" ? "{\"a\": \"b\"}" : name == "a.yaml" ? "a: b\n" : "a=b\n"
        let bytes = try await sops.seal(plain, as: name).bytes()
        let format = try #require(Format(path: name))
        #expect(throws: SecretsError.alreadyEncrypted(file: name)) {
          try OpenFile.read(bytes, path: name, format: format)
        }
      }
    }
    #expect(throws: SecretsError.self) {
      _ = try OpenFile(
        [Branch([Item("sops", .text("x"))])], path: "a.yaml", format: .yaml, metadata: Metadata(rule: .standard)
      ).seal(now: 0)
    }
  }
}
