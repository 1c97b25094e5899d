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
      bytes += object.withoutSecrets.json.canonicalBytes()
      bytes.append(0x0A)
    }
    revision = String(SHA256.hex(bytes).prefix(32))
  }

  /// Names this content: equal content gives an equal revision. What Secrets hold is left out, because anybody could
  /// try passwords until one gives the same; a change of it is found by comparing the objects.
  let revision: String
}

extension Object {
  /// A Secret with its keys alone; any other object as it is.
  fileprivate var withoutSecrets: Object {
    guard isSecret else { return self }
    var object = self
    for place in ["data", "stringData"] {
      guard let members = json[place]?.object else { continue }
      object.json[place] = .array(members.map { .string($0.key) })
    }
    return object
  }

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
