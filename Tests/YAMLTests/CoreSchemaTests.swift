import JSON
import Testing
import YAML

func json(_ text: String) throws -> JSON { try #require(Document.parse(text, file: "a.yaml").first).json }

@Suite struct CoreSchemaTests {
  @Test(
    arguments: [
      ("true", true), ("True", true), ("TRUE", true), ("false", false), ("False", false), ("FALSE", false),
      ("null", .null), ("Null", .null), ("NULL", .null), ("~", .null),
      ("0", 0), ("12", 12), ("-7", -7), ("+7", 7), ("012", 12), ("0o17", 15), ("0x1F", 31), ("0xff", 255),
      ("9223372036854775807", 9_223_372_036_854_775_807), ("9223372036854775808", 9_223_372_036_854_775_808.0),
      ("0x10000000000000000", 18_446_744_073_709_551_616.0),
      ("1.10", 1.1), ("1e3", 1000.0), ("1.", 1.0), (".5", 0.5), ("-.5", -0.5), ("1.e3", 1000.0), ("6.02E+23", 6.02e23),
      (".inf", .double(.infinity)), ("-.INF", .double(-.infinity)), ("+.Inf", .double(.infinity)),
    ] as [(String, JSON)])
  func resolves(_ text: String, _ expected: JSON) throws { #expect(try json("- " + text) == [expected]) }

  @Test func nothingIsNull() throws { #expect(try json("a:\nb: x") == ["a": .null, "b": "x"]) }

  @Test func notANumber() throws { #expect(try json("[.nan]")[0]?.double?.isNaN == true) }

  @Test(arguments: [
    "no", "No", "yes", "on", "off", "y", "n", "tRUE", "nULL", "1.2.3", "v1.33.4+k3s1", "0o8", "0xG", "-0x1", "+0o7",
    "0x", "0o", "1_000", "0b1", "1:30", "2024-01-01", ".", "-", "+", "e3", "1e", "1e+", "+.nan", "-.nan", "..inf",
    "1.2e3.4", "0x+1", "0o-1", "+", ".e3", "١٢",
  ])
  func staysText(_ text: String) throws {
    // Written as a value: a lone '-' would be a list.
    #expect(try json("{a: \(text == "-" ? "\"-\"" : text)}") == ["a": .string(text)])
  }

  @Test(arguments: ["'true'", "\"true\"", "!!str true", "! true", "|-\n  true", ">-\n  true"])
  func quotedIsText(_ text: String) throws { #expect(try json("a: " + text) == ["a": "true"]) }

  @Test func keepsTheTextOfNumbers() throws {
    let node = try #require(Document.parse("version: 1.10", file: "a.yaml").first)
    #expect(node["version"]?.scalar?.text == "1.10")
    #expect(node.json == ["version": 1.1])
  }

  @Test(
    arguments: [
      ("!!int \"3\"", 3), ("!!int '0o17'", 15), ("!!float 3", .double(3)), ("!!float '1e3'", 1000.0),
      ("!!bool 'true'", true), ("!!null ''", .null), ("!!null", .null), ("!!str", ""), ("!!str 12", "12"),
      ("!!binary aGVsbG8=", "hello"), ("!!binary |\n  aGVs\n  bG8=", "hello"), ("!!binary ''", ""),
      ("!!binary aGVsbA==", "hell"), ("!!binary aGVs", "hel"), ("!!seq [1]", [1]), ("!!map {a: 1}", ["a": 1]),
    ] as [(String, JSON)])
  func honoursTags(_ text: String, _ expected: JSON) throws { #expect(try json("- " + text) == [expected]) }

  @Test func keysAreText() throws {
    #expect(
      try json("{1: a, true: b, 1.10: c, null: d, 'x': e, ? y : f, 012: g}")
        == ["1": "a", "true": "b", "1.10": "c", "null": "d", "x": "e", "y": "f", "012": "g"])
  }
}
