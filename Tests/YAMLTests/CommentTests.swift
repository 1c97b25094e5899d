import Diagnostics
import Testing

@testable import YAML

struct CommentTests {
  private func comments(_ text: String) throws -> [String] {
    try Document.comments(Array(text.utf8), file: "a.yaml").map {
      "\($0.span.line):\($0.span.column)\($0.isBesideContent ? "+" : "")\($0.text)"
    }
  }

  @Test(arguments: [
    ("# a\n", ["1:1 a"]), ("a: 1 # b\n", ["1:6+ b"]), ("a: 1#b\n", []), ("a: '# b' # c\n", ["1:10+ c"]),
    ("a: \"x # y\n  # z\" # c\n", ["2:8+ c"]), ("a: |\n  # text\n# c\n", ["3:1 c"]),
    ("a: | # b\n  text # more\n", ["1:6+ b"]), ("a: |\n  x\n\n  # text\n\n # c\nb: 1\n", ["6:2 c"]),
    ("a: >-\n  x\n   # text\nb: 1 # c\n", ["4:6+ c"]), ("a: [1, # b\n  2] # c\n", ["1:8+ b", "2:6+ c"]),
    ("- # b\n  a: 1\n", ["1:3+ b"]),
    ("%YAML 1.2 # a\n--- # b\na: 1\n... # c\n# d\n", ["1:11+ a", "2:5+ b", "4:5+ c", "5:1 d"]),
    ("a: x\n  y # b\n", ["2:5+ b"]), ("a:\n  - é😀 #\tb\n", ["2:8+\tb"]), ("", []),
    ("#", ["1:1"]),
    ("a: b\r\n# c\r\nd: e\r\n", ["2:1 c"]), ("\u{FEFF}# a\n", ["1:1 a"]), ("? a # k\n: b # v\n", ["1:5+ k", "2:5+ v"]),
    ("x: &x 1\na: *x # b\n", ["2:7+ b"]), ("'#k': 1\n", []), ("a: http://x#y\n", []),
  ])
  func areFoundOutsideOfScalars(text: String, expected: [String]) throws {
    #expect(try comments(text) == expected)
  }

  @Test func syntaxErrorsAreThrown() {
    #expect(throws: YAMLError.self) { try Document.comments(Array("a: [\n".utf8), file: "a.yaml") }
  }
}
