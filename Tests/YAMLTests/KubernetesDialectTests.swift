import JSON
import Testing
import YAML

/// What `helm template` 4.1.4 makes of a values file with these values, read with `toJson`.
@Suite struct KubernetesDialectTests {
  private func json(_ text: String) throws -> JSON {
    try #require(Document.parse(text, file: "a", dialect: .kubernetes).first).json(as: .kubernetes)
  }

  @Test(
    arguments: [
      ("yes", true), ("Yes", true), ("y", true), ("Y", true), ("on", true), ("no", false), ("off", false), ("n", false),
      ("TRUE", true), ("tRue", "tRue"), ("~", .null), ("Null", .null), ("", .null), ("0644", 420), ("-0644", -420),
      ("0o17", 15), ("0O17", 15), ("0x1F", 31), ("0X1f", 31), ("+0x1F", 31), ("-0x1F", -31), ("0b11", 3), ("0B1", 1),
      ("-0b11", -3), ("0b12", "0b12"), ("1_000", 1000), ("1__0", 10), ("0x_1F", 31), ("0_x1", 1), ("_1", "_1"),
      ("0_7", 7),
      ("012", 10), ("08", 8), ("089", 89), ("0008", 8), ("00", 0), ("0", 0), ("-0", 0), ("+12", 12), ("1:30", "1:30"),
      ("190:20:30", "190:20:30"), ("2024-01-01", "2024-01-01"), ("1e3", 1000), ("1e+3", 1000), ("+1e3", 1000),
      (".5", 0.5),
      ("1.", 1), ("1.e3", 1000), ("0.5_0", 0.5), ("1_0.5", 10.5), ("685.230_15e+03", 685_230.15), ("1.10", 1.1),
      ("1E400", "1E400"), (".inf2", ".inf2"), ("\"1\"", "1"), ("'yes'", "yes"), ("!!str yes", "yes"), ("=", "="),
      ("9223372036854775808", 9_223_372_036_854_775_808.0), ("0777", 511), ("0xG", "0xG"), ("0x", "0x"), ("0o8", "0o8"),
    ] as [(String, JSON)])
  func reads(_ text: String, _ expected: JSON) throws { #expect(try json("v: " + text) == ["v": expected]) }

  @Test func keysInCanonicalForm() throws {
    let keys =
      "{yes: a, 1: b, 1.5: c, 0x10: d, 012: f, true: g, no: h, 1.10: i, 1e3: j, .5: k, 2024-01-01: l, \"on\": m}"
    #expect(
      try json(keys) == [
        "true": "g", "1": "b", "1.5": "c", "16": "d", "10": "f", "false": "h", "1.1": "i", "1000": "j", "0.5": "k",
        "2024-01-01": "l", "on": "m",
      ])
  }

  @Test func ofAKeyGivenTwiceTheLast() throws {
    #expect(try json("{a: 1, b: 2, a: 3}") == ["a": 3, "b": 2])
    #expect(try json("base: &b {a: 1}\nx: {<<: *b, a: 2, a: 3}")["x"] == ["a": 3])
    #expect(throws: YAMLError.self) { try Document.parse("{a: 1, a: 3}", file: "a") }
  }

  /// Charts get their values through the writer.
  @Test(arguments: ["0X1f", "0B1", "0O17", "1_000", "y", "0644", "089", "1__0", "+0x1F", "0_x1", "685.230_15e+03"])
  func whatTheWriterWritesIsTextToThemToo(_ text: String) throws {
    #expect(try json(JSON.object(JSONObject([.init("v", .string(text))])).yaml) == ["v": .string(text)])
  }
}
