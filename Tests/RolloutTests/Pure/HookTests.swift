import JSON
import Kubernetes
import Testing

@testable import Rollout

@Suite struct HookTests {
  func object(_ name: String, _ annotations: [String: String], kind: String = "Job", api: String = "batch/v1") -> Object
  {
    var object = Object(["apiVersion": .string(api), "kind": .string(kind), "metadata": ["name": .string(name)]])
    for (key, value) in annotations { object.setAnnotation("helm.sh/" + key, value) }
    return object
  }

  @Test func readsItsAnnotations() throws {
    let hook = try #require(
      Hook(
        object("x", ["hook": "pre-install, pre-upgrade", "hook-weight": "-5", "hook-delete-policy": "hook-succeeded"])))
    #expect(hook.moments == [.preInstall, .preUpgrade])
    #expect(hook.weight == -5)
    #expect(hook.deletePolicies == [.hookSucceeded])
  }

  @Test func deletesBeforeCreationByDefault() throws {
    #expect(try #require(Hook(object("x", ["hook": "test-success"]))).deletePolicies == [.beforeHookCreation])
    #expect(Hook(object("x", [:])) == nil)
    #expect(Hook(object("x", ["hook": "crd-install"])) == nil)
  }

  @Test func runsByWeightThenKindThenName() throws {
    let hooks = [
      object("b", ["hook": "pre-install"]), object("a", ["hook": "pre-install"]),
      object("late", ["hook": "pre-install", "hook-weight": "10"]),
      object("early", ["hook": "pre-install", "hook-weight": "-1"]), object("other", ["hook": "post-install"]),
      object("account", ["hook": "pre-install"], kind: "ServiceAccount", api: "v1"),
    ].compactMap { Hook($0) }
    #expect(Hook.ordered(hooks, at: .preInstall).map(\.object.name) == ["early", "account", "a", "b", "late"])
  }
}
