import Diagnostics
import JSON
import Testing
import YAML

@Suite struct DocumentTests {
  @Test func placesOfKeysAndValues() throws {
    let node = try #require(
      Document.parse("# é\nname: größe  # x\nlist:\n  - a\n  - {b: [1, 22]}\ntext: |\n  x\n  y\n", file: "c.yaml").first
    )
    func at(_ span: SourceSpan) -> String { "\(span.file):\(span.line):\(span.column)+\(span.length)" }
    #expect(at(node.span) == "c.yaml:2:1+4")
    #expect(at(node.entries[0].keySpan) == "c.yaml:2:1+4")
    #expect(at(node.entries[0].value.span) == "c.yaml:2:7+5")
    #expect(at(node.entries[1].value.span) == "c.yaml:4:3+1")
    #expect(at(node.entries[1].value.elements[0].span) == "c.yaml:4:5+1")
    let flow = node.entries[1].value.elements[1]
    #expect(at(flow.span) == "c.yaml:5:5+12")
    #expect(at(flow.entries[0].keySpan) == "c.yaml:5:6+1")
    #expect(at(flow.entries[0].value.elements[1].span) == "c.yaml:5:13+2")
    #expect(at(node.entries[2].value.span) == "c.yaml:6:7+1")
  }

  @Test func columnsCountCharactersNotBytes() throws {
    let node = try #require(Document.parse("\"ключ😀\": значение\nb: {c: '€', d: x}", file: "a").first)
    #expect(node.entries[0].value.span == SourceSpan(file: "a", line: 1, column: 10, length: 8))
    #expect(node["b"]?["d"]?.span == SourceSpan(file: "a", line: 2, column: 16, length: 1))
  }

  @Test(arguments: ["a: 1\r\nb: 2\r\n", "a: 1\rb: 2\r", "\u{FEFF}a: 1\nb: 2"])
  func everyLineBreakAndAByteOrderMark(_ text: String) throws {
    let node = try #require(Document.parse(text, file: "a").first)
    #expect(node.entries.map(\.keySpan.line) == [1, 2])
    #expect(node.entries.map(\.keySpan.column) == [1, 1])
    #expect(node.json == ["a": 1, "b": 2])
  }

  @Test func lineSeparatorsOfUnicodeBreakNoLine() throws {
    let node = try #require(Document.parse("a: \"x\u{2028}y\u{85}z\"\nb: 1", file: "a").first)
    #expect(node.entries[1].keySpan.line == 2)
  }

  @Test func everyDocumentOfAStream() throws {
    let nodes = try Document.parse(
      "---\n# only a comment\n---\na: 1\n...\n---\nnull\n--- text\n---\n---\n[]\n...\n", file: "a")
    #expect(nodes.map(\.json) == [["a": 1], .null, "text", []])
    #expect(try Document.parse("", file: "a").isEmpty)
    #expect(try Document.parse("# nothing\n", file: "a").isEmpty)
    #expect(try Document.parse("%YAML 1.2\n---\na: 1", file: "a").map(\.json) == [["a": 1]])
  }

  @Test func anchorsAndAliases() throws {
    let node = try #require(
      Document.parse("a: &x {k: 1}\nb: *x\nc: &y [*x, *x]\n*z : 1\n".replacing("*z", with: "&z d"), file: "a").first)
    #expect(node.json == ["a": ["k": 1], "b": ["k": 1], "c": [["k": 1], ["k": 1]], "d": 1])
    // The place is where the value is written.
    #expect(node["b"]?["k"]?.span.line == 1)
    #expect(try json("&a x: 1\ny: *a\n") == ["x": 1, "y": "x"])
    #expect(try json("- &a x\n- *a : 1\n") == ["x", ["x": 1]])
    // An anchor given again names the later value from there on.
    #expect(try json("[&a 1, *a, &a 2, *a]") == [1, 1, 2, 2])
  }

  @Test func anchorsEndWithTheirDocument() {
    #expect(throws: YAMLError.self) { try Document.parse("a: &x 1\n---\nb: *x\n", file: "a") }
  }

  @Test func mergeKeys() throws {
    let base = "base: &base {a: 1, b: 2}\nmore: &more {b: 3, c: 4}\n"
    func merged(_ text: String) throws -> JSON? { try json(base + text)["x"] }
    #expect(try merged("x: {<<: *base}") == ["a": 1, "b": 2])
    #expect(try merged("x: {<<: *base, b: 9}") == ["a": 1, "b": 9])
    #expect(try merged("x: {b: 9, <<: *base}") == ["a": 1, "b": 9])
    #expect(try merged("x: {<<: [*base, *more], d: 5}") == ["a": 1, "b": 2, "c": 4, "d": 5])
    #expect(try merged("x: {<<: {z: 1}}") == ["z": 1])
    #expect(try merged("x: {'<<': 1}") == ["<<": 1])
    let node = try #require(Document.parse(base + "x: {<<: *base, b: 9}", file: "a").first)
    #expect(node["x"]?.entries.map(\.keySpan.line) == [1, 3])
  }

  @Test func largeMappings() throws {
    let text = (0..<200).map { "k\($0): \($0)\n" }.joined()
    let node = try #require(
      Document.parse(
        "base: &b\n  k7: x\n  z: y\n" + "x:\n  <<: *b\n"
          + text.split(separator: "\n").map { "  \($0)\n" }.joined(), file: "a"
      ).first)
    #expect(node["x"]?.entries.count == 201)
    #expect(node["x"]?["k7"]?.json == 7)
    #expect(node["x"]?["k199"]?.json == 199)
    #expect(throws: YAMLError.self) { try Document.parse(text + "k120: again", file: "a") }
  }

  @Test func readsOnAfterWhatIsNotSyntax() {
    let reading = Document.read(Array("a: 1\na: 2\nb: *no\nc: !x 1\nd: ok\n".utf8), file: "a")
    #expect(reading.problems.map(\.code) == ["CR0105", "CR0106", "CR0110"])
    #expect(reading.documents.first?["d"]?.json == "ok")
    #expect(reading.documents.first?["a"]?.json == 1)
  }
}
