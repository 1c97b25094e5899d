import Diagnostics
import Testing

@Suite struct SuggestionTests {
  @Test(arguments: [
    ("", "", 0), ("a", "", 1), ("abc", "abc", 0), ("abc", "acb", 1), ("kitten", "sitting", 3), ("ca", "abc", 3),
    ("domian", "domain", 1), ("größe", "grösse", 2),
  ])
  func distance(_ a: String, _ b: String, _ expected: Int) {
    #expect(Suggestion.distance(a, b) == expected)
    #expect(Suggestion.distance(b, a) == expected)
  }

  @Test(
    arguments: [
      ("domian", "domain"), ("namespce", "namespace"), ("depends_on", "dependsOn"), ("DependsOn", "dependsOn"),
      ("chrat", "chart"), ("nme", "name"), ("images", "image"), ("xyz", nil), ("a", nil), ("naem", "name"),
      ("waitfor", "waitFor"), ("name", nil), ("apps", nil),
    ] as [(String, String?)])
  func nearest(_ word: String, _ expected: String?) {
    let known = ["name", "domain", "namespace", "dependsOn", "chart", "image", "waitFor", "port"]
    #expect(Suggestion.nearest(to: word, among: known) == expected)
  }

  @Test func equallyNearTakesTheFirstByName() {
    #expect(Suggestion.nearest(to: "cat", among: ["hat", "bat"]) == "bat")
  }
}
