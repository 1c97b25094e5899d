import JSON
import Testing

@Suite struct ReaderTests {
  @Test(arguments: [
    "0", "-0", "7", "-7", "999999999999999999", "-999999999999999999", "1000000000000000000", "9223372036854775807",
    "-9223372036854775808",
  ])
  func wholeNumbers(_ text: String) throws {
    let number = try #require(Int(text))
    #expect(try JSON(parsing: text) == .int(number))
    #expect(try JSON(parsing: "[\(text)]")[0]?.int == number)
    #expect(try JSON(parsing: "{\"a\": \(text) }")["a"]?.int == number)
  }

  @Test(arguments: ["00", "-01", "0123,", "1 2", "1-", "--1", "1x"])
  func notNumbers(_ text: String) { #expect(throws: JSONError.self) { try JSON(parsing: "[\(text)]") } }

  @Test func bigNumbersAreNotWhole() throws {
    #expect(try JSON(parsing: "9223372036854775808").double == 9_223_372_036_854_775_808)
    #expect(try JSON(parsing: "1e3").double == 1000)
  }

  /// Strings of any length, alike but for one character, many times over: each must come out as it went in.
  @Test func repeatedStrings() throws {
    var expected: [JSON] = []
    for length in 0..<100 {
      for end in ["a", "b", "é", "\n", "a"] { expected.append(.string(String(repeating: "x", count: length) + end)) }
    }
    let value = JSON.array(expected + expected)
    #expect(try JSON(parsing: value.bytes()) == value)
  }

  @Test func equalKeysFarApart() throws {
    let members = (0..<3000).map { JSONObject.Member("aRatherLongMemberName\($0 % 1500)", .int($0)) }
    let value = JSON.array(members.map { .object(JSONObject([$0])) })
    #expect(try JSON(parsing: value.bytes()) == value)
  }

  @Test func everyPrefixIsRefused() throws {
    let text = #"{"a":[1,-2.5e1,{"b":[[],{}]},"é\n",true],"aRatherLongMemberName":{"c":null}}"#
    let bytes = Array(text.utf8)
    #expect(try JSON(parsing: bytes).text.isEmpty == false)
    for count in 0..<bytes.count { #expect(throws: JSONError.self) { try JSON(parsing: bytes[..<count]) } }
    // Also where the bytes are in no one piece of memory.
    #expect(try JSON(parsing: AnySequence(bytes)) == JSON(parsing: text))
  }
}
