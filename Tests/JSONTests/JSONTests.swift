import JSON
import Testing

@Suite struct JSONTests {
  @Test func readsAndWrites() throws {
    let text = #"{"b":[1,-2,3.5,true,null],"a":{"x":"é\n\"\\"}}"#
    let value = try JSON(parsing: text)
    #expect(value.text == text)
    let canonical = String(decoding: value.canonicalBytes(), as: UTF8.self)
    #expect(canonical == #"{"a":{"x":"é\n\"\\"},"b":[1,-2,3.5,true,null]}"#)
  }

  @Test func equalityIgnoresTheOrderOfMembers() throws {
    #expect(try JSON(parsing: #"{"a":1,"b":2}"#) == JSON(parsing: #"{"b":2,"a":1}"#))
    #expect(try JSON(parsing: #"{"a":1,"b":2}"#) != JSON(parsing: #"{"b":2,"a":2}"#))
    #expect(try JSON(parsing: "[1,2]") != JSON(parsing: "[2,1]"))
  }

  @Test(arguments: ["", "{", "[1,]", "01", "1.", "nul", "\"a", #""\x""#, "{\"a\" 1}", "1 2", "\"\u{1}\"", "-", "+1"])
  func refuses(_ text: String) { #expect(throws: JSONError.self) { try JSON(parsing: text) } }

  @Test func refusesDeepNesting() {
    #expect(throws: JSONError.self) { try JSON(parsing: String(repeating: "[", count: 100_000)) }
  }

  @Test func readsEscapes() throws {
    #expect(try JSON(parsing: #""\u00e9\ud83d\ude00\/""#) == .string("é😀/"))
    #expect(try JSON(parsing: #""\ud83d""#) == .string("\u{FFFD}"))
  }

  @Test func setsNestedMembers() {
    var value: JSON = [:]
    value[path: "metadata", "labels", "app"] = "web"
    #expect(value == ["metadata": ["labels": ["app": "web"]]])
    value[path: "metadata", "labels", "app"] = nil
    #expect(value == ["metadata": ["labels": [:]]])
  }
}
