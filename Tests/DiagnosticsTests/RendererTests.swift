import Diagnostics
import Testing

@Suite struct RendererTests {
  private func span(_ line: Int, _ column: Int, _ length: Int = 1, file: String = "cluster.yaml") -> SourceSpan {
    SourceSpan(file: file, line: line, column: column, length: length)
  }

  @Test func everythingThatADiagnosticSays() {
    let renderer = Renderer(sources: [
      "cluster.yaml": "name: home\r\ndomian: example.net\r\n",
      "nodes.yaml": String(repeating: "\n", count: 11) + "name: x",
    ])
    let diagnostic = Diagnostic(
      "CR0203", .error, "unknown key 'domian'", at: span(2, 1, 6),
      related: [.init("it is given here first", at: span(12, 7, file: "nodes.yaml"))], fix: "did you mean 'domain'?")
    #expect(
      renderer.render(diagnostic) == """
        cluster.yaml:2:1: error[CR0203]: unknown key 'domian'
          2 | domian: example.net
            | ^^^^^^
        nodes.yaml:12:7: note: it is given here first
         12 | name: x
            |       ^
        fix: did you mean 'domain'?

        """)
  }

  @Test func withoutAPlaceOrWithoutTheText() {
    #expect(Renderer().render(Diagnostic("CR0201", .warning, "w")) == "warning[CR0201]: w\n")
    #expect(
      Renderer().render(Diagnostic("CR0201", .note, "w", at: span(3, 4))) == "cluster.yaml:3:4: note[CR0201]: w\n")
    let renderer = Renderer(sources: ["cluster.yaml": "a"])
    #expect(
      renderer.render(Diagnostic("CR0201", .error, "w", at: span(9, 1))) == "cluster.yaml:9:1: error[CR0201]: w\n")
    // Just past the end of a line, as where a value is missing.
    #expect(
      renderer.render(Diagnostic("CR0201", .error, "w", at: span(1, 2, 5)))
        == "cluster.yaml:1:2: error[CR0201]: w\n  1 | a\n    |  ^\n")
  }

  @Test(arguments: [
    ("\t\tkey: x", 3, 3, "\t\t^^^"), ("日本: x", 5, 1, "      ^"), ("日本: x", 1, 2, "^^^^"), ("e\u{301}: x", 5, 1, "   ^"),
    ("😀 x", 3, 1, "   ^"), ("a\u{1B}[31m: x", 1, 6, "^^^^^^"), ("a\u{202E}: x", 3, 1, "  ^"), ("", 1, 1, "^"),
  ])
  func caretStaysUnderWhatIsMeant(_ line: String, _ column: Int, _ length: Int, _ caret: String) {
    let text = Renderer(sources: ["cluster.yaml": line]).render(
      Diagnostic("CR0201", .error, "w", at: span(1, column, length)))
    #expect(text.split(separator: "\n").last.map(String.init) == "    | " + caret)
    #expect(!text.unicodeScalars.contains("\u{1B}"))
    #expect(!text.unicodeScalars.contains("\u{202E}"))
  }

  @Test func longLinesAreCut() {
    let line = String(repeating: "a", count: 500) + "XYZ" + String(repeating: "b", count: 500)
    let text = Renderer(sources: ["cluster.yaml": line]).render(Diagnostic("CR0201", .error, "w", at: span(1, 501, 3)))
    let lines = text.split(separator: "\n").map(String.init)
    #expect(lines[1] == "  1 | …" + String(repeating: "a", count: 40) + "XYZ" + String(repeating: "b", count: 97) + "…")
    #expect(lines[2] == "    |  " + String(repeating: " ", count: 40) + "^^^")
  }

  @Test func coloursOnlyWhenAsked() {
    let diagnostic = Diagnostic("CR0201", .error, "w", at: span(1, 1), fix: "f")
    let sources = ["cluster.yaml": "a"]
    let coloured = Renderer(sources: sources, colour: true).render(diagnostic)
    #expect(coloured.contains("\u{1B}[1;31merror[CR0201]:\u{1B}[0m"))
    #expect(!Renderer(sources: sources).render(diagnostic).contains("\u{1B}"))
  }

  @Test func listWithSummary() {
    let list = DiagnosticList([Diagnostic("CR0201", .error, "a"), Diagnostic("CR0202", .warning, "b")])
    #expect(
      Renderer().render(list) == "error[CR0201]: a\n\nwarning[CR0202]: b\n\n1 error, 1 warning\n")
    #expect(Renderer().render(DiagnosticList()) == "no problems\n")
  }
}
