import JSON
import Kubernetes
import Testing

struct LabelSelectorTests {
  @Test(arguments: [
    (#"{"matchLabels": {"app": "web"}}"#, ["app": "web", "x": "y"], true),
    (#"{"matchLabels": {"app": "web"}}"#, ["app": "api"], false),
    (#"{"matchLabels": {"app": "web", "tier": "a"}}"#, ["app": "web"], false),
    (#"{}"#, [:], true),
    (#"{"matchLabels": null, "matchExpressions": null}"#, ["a": "b"], true),
    (#"{"matchExpressions": [{"key": "a", "operator": "In", "values": ["1", "2"]}]}"#, ["a": "2"], true),
    (#"{"matchExpressions": [{"key": "a", "operator": "In", "values": ["1", "2"]}]}"#, [:], false),
    (#"{"matchExpressions": [{"key": "a", "operator": "NotIn", "values": ["1"]}]}"#, ["a": "1"], false),
    (#"{"matchExpressions": [{"key": "a", "operator": "NotIn", "values": ["1"]}]}"#, [:], true),
    (#"{"matchExpressions": [{"key": "a", "operator": "Exists"}]}"#, ["a": ""], true),
    (#"{"matchExpressions": [{"key": "a", "operator": "Exists"}]}"#, [:], false),
    (#"{"matchExpressions": [{"key": "a", "operator": "DoesNotExist", "values": []}]}"#, [:], true),
    (#"{"matchExpressions": [{"key": "a", "operator": "DoesNotExist"}]}"#, ["a": "1"], false),
    (
      #"{"matchLabels": {"app": "web"}, "matchExpressions": [{"key": "a", "operator": "Exists"}]}"#, ["app": "web"],
      false
    ),
  ])
  func matches(selector: String, labels: [String: String], expected: Bool) throws {
    let selector = try #require(LabelSelector(try JSON(parsing: selector)))
    #expect(selector.matches(labels) == expected)
  }

  @Test(arguments: [
    "null", "[]", #"{"matchLabels": {"a": 1}}"#, #"{"matchLabels": []}"#,
    #"{"matchExpressions": [{"key": "a", "operator": "Like", "values": ["b"]}]}"#,
    #"{"matchExpressions": [{"operator": "Exists"}]}"#,
    #"{"matchExpressions": [{"key": "a", "operator": "In"}]}"#,
    #"{"matchExpressions": [{"key": "a", "operator": "In", "values": [1]}]}"#,
    #"{"matchExpressions": [{"key": "a", "operator": "Exists", "values": ["b"]}]}"#,
  ])
  func refuses(selector: String) throws {
    #expect(LabelSelector(try JSON(parsing: selector)) == nil)
  }

  @Test func text() {
    let selector = LabelSelector(
      matchLabels: ["b": "2", "a": "1"],
      matchExpressions: [
        .init("tier", .isIn, ["web", "api"]), .init("env", .isNotIn, ["test"]), .init("x", .exists),
        .init("y", .doesNotExist),
      ])
    #expect(selector.description == "a=1,b=2,tier in (api,web),env notin (test),x,!y")
    #expect(LabelSelector().description.isEmpty)
  }
}
