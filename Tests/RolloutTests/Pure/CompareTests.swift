import JSON
import Kubernetes
import Testing

@testable import Rollout

@Suite struct CompareTests {
  func live(_ json: String, owns fields: String) throws -> Object {
    var object = Object(try JSON(parsing: json))
    object.json[path: "metadata", "managedFields"] = [
      ["manager": "kube-controller-manager", "operation": "Update", "fieldsV1": ["f:status": [:]]],
      ["manager": "croft", "operation": "Apply", "fieldsV1": try JSON(parsing: fields)],
    ]
    return object
  }

  @Test(arguments: [
    // Defaults that the server adds do not matter.
    (#"{"spec":{"replicas":1}}"#, #"{"spec":{"replicas":1,"paused":false},"status":{}}"#, true),
    (#"{"spec":{"replicas":1}}"#, #"{"spec":{"replicas":2}}"#, false),
    (#"{"spec":{"a":1}}"#, #"{"spec":{}}"#, false),
    // Empty things may be left out.
    (#"{"spec":{"emptyDir":{}}}"#, #"{"spec":{}}"#, true),
    // Equal quantities are equal where quantities stand.
    (#"{"resources":{"limits":{"cpu":"1000m"}}}"#, #"{"resources":{"limits":{"cpu":"1"}}}"#, true),
    (#"{"data":{"cpu":"1000m"}}"#, #"{"data":{"cpu":"1"}}"#, false),
    // Lists by name: others may have added to them.
    (#"{"c":[{"name":"a","x":1}]}"#, #"{"c":[{"name":"b"},{"name":"a","x":1,"y":2}]}"#, true),
    (#"{"c":[{"name":"a","x":1}]}"#, #"{"c":[{"name":"b"},{"name":"a","x":2}]}"#, false),
    (#"{"c":[1,2]}"#, #"{"c":[2,1]}"#, false),
    (#"{"c":[1]}"#, #"{"c":[1,2]}"#, false),
    (#"{"port":"http"}"#, #"{"port":80}"#, false),
  ])
  func contains(_ desired: String, _ found: String, _ expected: Bool) throws {
    #expect(try Compare.contains(JSON(parsing: found), JSON(parsing: desired), key: "") == expected)
  }

  @Test func aFieldOfOursThatIsNoLongerWantedDiffers() throws {
    let found = try live(#"{"data":{"a":"1","b":"2"}}"#, owns: #"{"f:data":{"f:a":{},"f:b":{}}}"#)
    #expect(Compare.isSame(Object(["data": ["a": "1", "b": "2"]]), found))
    #expect(!Compare.isSame(Object(["data": ["a": "1"]]), found))
  }

  @Test func aFieldOfOthersIsTheirs() throws {
    let found = try live(#"{"data":{"a":"1","b":"2"}}"#, owns: #"{"f:data":{"f:a":{}}}"#)
    #expect(Compare.isSame(Object(["data": ["a": "1"]]), found))
  }

  @Test func whatWeNeverAppliedIsNotOurs() throws {
    #expect(!Compare.isSame(Object(["data": ["a": "1"]]), Object(["data": ["a": "1"]])))
  }

  @Test func listElementsAreFoundByTheirKeys() throws {
    let fields = #"{"f:ports":{"k:{\"port\":80,\"protocol\":\"TCP\"}":{".":{},"f:port":{}}}}"#
    let found = try live(#"{"ports":[{"port":80,"protocol":"TCP"}]}"#, owns: fields)
    #expect(Compare.isSame(Object(["ports": [["port": 80]]]), found))
    let other = try live(#"{"ports":[{"port":81,"protocol":"TCP"}]}"#, owns: fields)
    #expect(!Compare.isSame(Object(["ports": [["port": 81]]]), other))
  }
}
