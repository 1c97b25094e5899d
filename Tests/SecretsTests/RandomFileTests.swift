import Process
import Redaction
import Testing

@testable import Secrets

/// Files of random shape, back and forth.
@Suite(.timeLimit(.minutes(5)))
struct RandomFileTests {
  private struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }

    private static let letters = Array("ab :#-'\"\\\n\t{}[],&*!|>%@`é😀0123.+eEx_yY~?=<")

    mutating func text() -> String {
      String((0..<Int.random(in: 0...12, using: &self)).map { _ in Self.letters.randomElement(using: &self)! })
    }

    mutating func comments(_ chance: Int) -> [String] {
      guard Int.random(in: 0..<chance, using: &self) == 0 else { return [] }
      return (0..<Int.random(in: 1...2, using: &self)).map { " c\($0) #: x" }
    }

    mutating func value(_ depth: Int) -> Value {
      switch Int.random(in: 0..<(depth > 0 ? 12 : 8), using: &self) {
      case 0: .null
      case 1: .bool(.random(using: &self))
      case 2: .int(.random(in: -1_000_000...1_000_000, using: &self))
      case 3: .float(Double(Int.random(in: -9999...9999, using: &self)) / 64 + 0.001)
      case 4: .time("2026-0\(Int.random(in: 1...9, using: &self))-11T02:03:04Z")
      case 5...7: .text(text())
      case 8, 9: .list(branch(depth - 1, isList: true))
      default: .mapping(branch(depth - 1, isList: false))
      }
    }

    mutating func branch(_ depth: Int, isList: Bool) -> Branch {
      let items = (0..<Int.random(in: 0...4, using: &self)).map { index in
        var item = Item(isList ? "" : "k\(index)" + text(), value(depth), before: comments(4))
        if item.value.branch == nil { item.beside = comments(6).first }
        return item
      }
      return Branch(items)
    }
  }

  /// Where YAML cannot say which of several levels a comment begins, it comes back on another.
  private static func values(_ branch: Branch) -> JSONText { JSONText(JSONFile.write(branch)) }
  private struct JSONText: Equatable {
    var text: String
    init(_ text: String) { self.text = text }
  }

  private static func comments(_ branch: Branch) -> [String] {
    branch.items.flatMap { item in
      item.before + (item.beside.map { [$0] } ?? []) + (item.value.branch.map(comments) ?? [])
    } + branch.trailing
  }

  @Test(arguments: 0..<300)
  func yamlComesBackAsItWas(seed: UInt64) throws {
    var generator = Generator(state: seed)
    let branch = generator.branch(4, isList: false)
    let text = YAMLFile.write([branch])
    let again = try YAMLFile.read(Array(text.utf8), file: "").first ?? Branch()
    #expect(Self.values(again) == Self.values(branch), "\(text)")
    #expect(Self.comments(again).sorted() == Self.comments(branch).sorted(), "\(text)")
    #expect(YAMLFile.write([again]) == text, "what was written once stays")
  }

  @Test func sealedFilesOpenAgainAndStayTheSame() throws {
    for seed in 0..<200 as Range<UInt64> {
      var generator = Generator(state: seed &* 7919)
      let branch = generator.branch(4, isList: false)
      for format in [Format.yaml, .json] {
        let key = DataKey.random()
        var metadata = Metadata(rule: .encryptedRegex("^k[01]"))
        metadata.ageKeys = [.init(recipient: "age1x", encrypted: "-\n")]
        let sealed = try OpenFile([branch], path: "a", format: format, metadata: metadata, key: key).seal(now: 1)
        let bytes = try sealed.bytes()
        let open = try SealedFile(bytes, path: "a", format: format).open(with: key)
        #expect(Self.values(open.members.reveal()) == Self.values(branch))
        let same = try open.seal(now: 1).documents == SealedFile(bytes, path: "a", format: format).documents
        #expect(same, "seed \(seed)")
      }
    }
  }

  @Test(.enabled(if: SopsProgram.isThere, SopsProgram.comment))
  func sopsReadsThem() async throws {
    try await SopsProgram.with { sops in
      for seed in 0..<40 as Range<UInt64> {
        var generator = Generator(state: seed &* 104_729)
        let branch = generator.branch(4, isList: false)
        var file = OpenFile(
          [branch], path: "a.yaml", format: .yaml,
          metadata: Metadata(rule: .unencryptedRegex("^k1"), macOnlyEncrypted: seed.isMultiple(of: 2)))
        try await file.setRecipients([sops.recipient], age: Age())
        let bytes = try file.seal(now: 1).bytes()
        let theirs = try await sops.decrypt(bytes, as: "a.yaml")
        #expect(theirs.isSuccess, "\(seed): \(theirs)\n\(String(decoding: bytes, as: UTF8.self))")
        let json = try await sops.run("decrypt", "--output-type", "json", "a.yaml")
        let read = try JSONFile.read(json.standardOutput, file: "a.json")
        #expect(Self.values(read) == Self.values(branch), "\(seed)")
      }
    }
  }
}
