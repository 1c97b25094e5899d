import JSON
import Kubernetes
import Testing

struct StatusFactsTests {
  @Test func bindingModes() {
    let classes = [
      storageClass("nfs", ["volumeBindingMode": "Immediate"]), storageClass("old", [:]),
      storageClass(
        "local", ["volumeBindingMode": "WaitForFirstConsumer"], isDefault: true, created: "2024-05-02T00:00:00Z"),
      storageClass("ceph", ["volumeBindingMode": "Immediate"], isDefault: true, created: "2024-05-01T00:00:00Z"),
    ]
    let modes = ["nfs": "Immediate", "old": "Immediate", "local": "WaitForFirstConsumer", "ceph": "Immediate"]
    #expect(StatusContext.bindingModes(of: classes) == modes.merging(["": "WaitForFirstConsumer"]) { $1 })
    #expect(StatusContext.bindingModes(of: Array(classes.prefix(2)))[""] == nil)
  }

  @Test func definitions() {
    let definition = Object(["spec": ["group": "example.org", "names": ["kind": "Thing"]]])
    let context = StatusContext(pods: [], storageClasses: [], definitions: [definition])
    #expect(context.definitions == [GroupKind(group: "example.org", kind: "Thing"): definition])
  }

  private func storageClass(_ name: String, _ rest: JSON, isDefault: Bool = false, created: String = "") -> Object {
    var object = Object(rest)
    object.name = name
    object.json[path: "metadata", "creationTimestamp"] = .string(created)
    if isDefault { object.setAnnotation("storageclass.kubernetes.io/is-default-class", "true") }
    return object
  }
}
