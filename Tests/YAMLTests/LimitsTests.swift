import Testing
import YAML

@Suite struct LimitsTests {
  private func code(_ text: String, _ limits: Limits = .init()) -> String? {
    do throws(YAMLError) {
      _ = try Document.parse(text, file: "a", limits: limits)
      return nil
    } catch {
      return error.code
    }
  }

  @Test func aliasBomb() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      let alias = "*a\(level - 1)"
      text += "a\(level): &a\(level) [" + Array(repeating: alias, count: 10).joined(separator: ", ") + "]\n"
    }
    #expect(code(text) == "CR0109")
  }

  @Test func aliasesThatDeepen() {
    var text = "a0: &a0 [[[[[[[[x]]]]]]]]\n"
    for level in 1...20 { text += "a\(level): &a\(level) [[[[[[[[*a\(level - 1)]]]]]]]]\n" }
    #expect(code(text) == "CR0108")
  }

  @Test func depth() {
    #expect(code(String(repeating: "[", count: 128) + String(repeating: "]", count: 128)) == nil)
    #expect(code(String(repeating: "[", count: 129) + String(repeating: "]", count: 129)) == "CR0108")
    #expect(code(String(repeating: "[", count: 100_000)) == "CR0108")
    #expect(code(String(repeating: "- ", count: 100_000)) == "CR0108")
    #expect(code(String(repeating: "{a: ", count: 100_000)) == "CR0108")
    #expect(code((0..<1000).map { String(repeating: " ", count: $0) + "a:\n" }.joined()) == "CR0108")
  }

  @Test func siblingsAfterAnAnchorDoNotCountAsDepth() {
    #expect(code("a: &a [[[x]]]\nb: [[*a]]\nc: *a\n", Limits(depth: 6)) == nil)
    #expect(code("a: &a [[[x]]]\nb: [[*a]]\nc: *a\n", Limits(depth: 5)) == "CR0108")
  }

  @Test func sizes() {
    #expect(code("a: 1", Limits(bytes: 3)) == "CR0109")
    #expect(code("[1, 2, 3]", Limits(nodes: 4)) == nil)
    #expect(code("[1, 2, 3]", Limits(nodes: 3)) == "CR0109")
    #expect(code("[&a [1, 2], *a, *a]", Limits(aliasedNodes: 6)) == nil)
    #expect(code("[&a [1, 2], *a, *a]", Limits(aliasedNodes: 5)) == "CR0109")
  }
}
