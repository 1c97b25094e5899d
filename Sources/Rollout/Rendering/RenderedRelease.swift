import Blueprint
internal import Digest
import JSON
import Kubernetes

/// What a release wants to have in the cluster.
struct RenderedRelease: Sendable {
  var release: Release
  /// In the order they were rendered, without hooks, namespaces filled in.
  var objects: [Object]
  var hooks: [Hook]

  init(release: Release, objects: [Object], hooks: [Hook]) {
    self.release = release
    self.objects = objects
    self.hooks = hooks
    var bytes: [UInt8] = []
    for object in objects + hooks.map(\.object) {
      bytes += object.json.canonicalBytes()
      bytes.append(0x0A)
    }
    revision = String(SHA256.hex(bytes).prefix(32))
  }

  /// Names this exact content: equal content gives an equal revision.
  let revision: String

}

extension Object {
  /// The kind that a CustomResourceDefinition defines; `nil` for every other object.
  var definedKind: GroupKind? {
    guard isDefinition, let kind = json[path: "spec", "names", "kind"]?.string else { return nil }
    return GroupKind(group: json[path: "spec", "group"]?.string ?? "", kind: kind)
  }

  var isDefinition: Bool { gvk.groupKind == GroupKind(group: "apiextensions.k8s.io", kind: "CustomResourceDefinition") }
  var isNamespace: Bool { gvk.groupKind == GroupKind(group: "", kind: "Namespace") }
  var isJob: Bool { gvk.groupKind == GroupKind(group: "batch", kind: "Job") }
  var isSecret: Bool { gvk.groupKind == GroupKind(group: "", kind: "Secret") }
}
