import JSON
import Testing

@Suite struct PatchTests {
  @Test(arguments: [
    (#"{"a":"b"}"#, #"{"a":"c"}"#, #"{"a":"c"}"#),
    (#"{"a":"b"}"#, #"{"b":"c"}"#, #"{"a":"b","b":"c"}"#),
    (#"{"a":"b","b":"c"}"#, #"{"a":null}"#, #"{"b":"c"}"#),
    (#"{"a":["b"]}"#, #"{"a":"c"}"#, #"{"a":"c"}"#),
    (#"{"a":{"b":"c"}}"#, #"{"a":{"b":"d","c":null}}"#, #"{"a":{"b":"d"}}"#),
    (#"{}"#, #"{"a":{"bb":{"ccc":null}}}"#, #"{"a":{"bb":{}}}"#),
    (#"[1,2]"#, #"{"a":"b","c":null}"#, #"{"a":"b"}"#),
  ])
  func mergePatch(_ value: String, _ patch: String, _ expected: String) throws {
    #expect(try JSON(parsing: value).merging(JSON(parsing: patch)) == JSON(parsing: expected))
  }

  @Test(arguments: [
    (#"{"foo":"bar"}"#, #"[{"op":"add","path":"/baz","value":"qux"}]"#, #"{"foo":"bar","baz":"qux"}"#),
    (#"{"foo":[1,3]}"#, #"[{"op":"add","path":"/foo/1","value":2}]"#, #"{"foo":[1,2,3]}"#),
    (#"{"foo":[1]}"#, #"[{"op":"add","path":"/foo/-","value":2}]"#, #"{"foo":[1,2]}"#),
    (#"{"a":1,"b":2}"#, #"[{"op":"remove","path":"/a"}]"#, #"{"b":2}"#),
    (#"{"a":{"b":[1,2]}}"#, #"[{"op":"replace","path":"/a/b/1","value":5}]"#, #"{"a":{"b":[1,5]}}"#),
    (#"{"a":{"x":1},"b":{}}"#, #"[{"op":"move","from":"/a/x","path":"/b/y"}]"#, #"{"a":{},"b":{"y":1}}"#),
    (
      #"{"a/b":1,"m~n":2}"#, #"[{"op":"replace","path":"/a~1b","value":3},{"op":"remove","path":"/m~0n"}]"#,
      #"{"a/b":3}"#
    ),
  ])
  func jsonPatch(_ value: String, _ operations: String, _ expected: String) throws {
    let operations = try #require(try JSON(parsing: operations).array)
    #expect(try JSON(parsing: value).applying(operations) == JSON(parsing: expected))
  }

  @Test(arguments: [
    #"[{"op":"remove","path":"/nope"}]"#, #"[{"op":"replace","path":"/a/9","value":1}]"#,
    #"[{"op":"test","path":"/a","value":9}]"#, #"[{"op":"jump","path":"/a"}]"#, #"[{"op":"add","path":"a","value":1}]"#,
  ])
  func refuses(_ operations: String) throws {
    let operations = try #require(try JSON(parsing: operations).array)
    let value: JSON = ["a": [1]]
    #expect(throws: JSONPatchError.self) { try value.applying(operations) }
  }
}
