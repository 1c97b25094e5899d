import Diagnostics
import JSON
import Testing
import YAML

/// Deterministic mutations of small files: whatever comes, the reader gives nodes or problems with a place.
@Suite struct FuzzTests {
  private static let seeds = [
    "apiVersion: croft.dev/v1alpha1\nkind: Cluster\nnodes:\n  - {name: cow, role: worker}\n  - name: \"é😀\"\n",
    "a: &x {k: [1, 2, {b: c}]}\nb: *x\nc: {<<: *x, d: 'it''s'}\ne: |\n  text\n   more\nf: >-\n  folded\n  text\n",
    "%YAML 1.2\n---\n!!map {a: !!str 1, ? b : c}\n...\n--- [~, null, .inf, 0x1F, 0o17, 1e3]\n# end\n",
    "- - - a\n    - b\n  - ? complex\n    : value\n-\n- \"esc \\n \\u00e9 \\x41\"\n- !!binary aGVsbG8=\n",
    "\u{FEFF}k: v\r\nl:\r\n  - x\r\n\tm: \u{2028}\u{85}\r\n",
  ]

  /// xorshift64*: the same sequence everywhere.
  private struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state ^= state >> 12
      state ^= state << 25
      state ^= state >> 27
      return state &* 2_685_821_657_736_338_717
    }
  }

  private static let fragments =
    [
      "\t", "\n", "  ", ": ", "- ", "&x ", "*x", "<<: ", "{", "}", "[", "]", "\"", "'", "|\n", ">\n", "# ", "!!int ",
      "---\n",
      "...\n", "%", "@", "\\", "? ", ",", "\u{0}", "\u{7F}", "\u{FEFF}", "\u{85}", "\r", "😀", "!<tag:x>", "~",
    ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xF5, 0x80]]

  private static func mutate(_ bytes: [UInt8], _ generator: inout Generator) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &generator) {
      let at = Int.random(in: 0...bytes.count, using: &generator)
      let end = min(bytes.count, at + Int.random(in: 0...12, using: &generator))
      switch Int.random(in: 0..<5, using: &generator) {
      case 0: bytes.removeSubrange(at..<end)
      case 1: bytes.insert(contentsOf: bytes[at..<end], at: Int.random(in: 0...bytes.count, using: &generator))
      case 2: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: at)
      case 3 where at < bytes.count: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      default: bytes.insert(contentsOf: fragments.randomElement(using: &generator) ?? [], at: at)
      }
    }
    return bytes
  }

  @Test func neverCrashesAndAlwaysSaysWhere() throws {
    var generator = Generator(state: 0x9E37_79B9_7F4A_7C15)
    var corpus = Self.seeds.map { Array($0.utf8) }
    var (good, bad) = (0, 0)
    for _ in 0..<4000 {
      let bytes = Self.mutate(corpus.randomElement(using: &generator) ?? [], &generator)
      let reading = Document.read(bytes, file: "fuzz", limits: Limits(nodes: 10_000, aliasedNodes: 1000))
      if reading.problems.isEmpty {
        good += 1
        if corpus.count < 200 { corpus.append(bytes) }
        for document in reading.documents where isFinite(document.json) {
          // What was read can be written and read again, by other tools too.
          #expect(try Document.parse(document.json.yaml, file: "again").map(\.json).first ?? .null == document.json)
          let others = try Document.parse(document.json.yaml, file: "others", dialect: .kubernetes)
          #expect(others.first?.json(as: .kubernetes) ?? .null == document.json)
        }
      } else {
        bad += 1
      }
      let lines = 1 + bytes.count { $0 == 0x0A || $0 == 0x0D }
      for problem in reading.problems {
        #expect(YAMLPages.all.contains { $0.code == problem.code })
        #expect((1...lines).contains(problem.span.line) && problem.span.column >= 1)
        #expect(problem.span.column <= bytes.count + 1 && problem.span.length <= bytes.count + 1)
        #expect(!problem.message.isEmpty && problem.fix?.isEmpty == false)
      }
    }
    // Both ways out are well trodden.
    #expect(good > 500 && bad > 500, "\(good) good, \(bad) bad")
  }

  private func isFinite(_ value: JSON) -> Bool {
    switch value {
    case .double(let number): !number.isNaN
    case .array(let elements): elements.allSatisfy(isFinite)
    case .object(let object): object.allSatisfy { isFinite($0.value) }
    default: true
    }
  }
}
