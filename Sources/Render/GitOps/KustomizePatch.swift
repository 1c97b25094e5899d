import Blueprint
import Catalog
import JSON
import YAML

/// A patch of the cluster file in kustomize's words.
struct KustomizePatch {
  let patch: ObjectPatch
  init(_ patch: ObjectPatch) { self.patch = patch }

  /// One, or two where lists are replaced.
  var json: [JSON] {
    var target = JSONObject()
    if let kind = patch.target.kind { target["kind"] = .string(kind) }
    if let name = patch.target.name { target["name"] = .string(name) }
    if let namespace = patch.target.namespace { target["namespace"] = .string(namespace) }
    switch patch.change {
    case .operations(let operations):
      return [["target": .object(target), "patch": .string(JSON.array(operations).yaml)]]
    case .merge(let merge):
      // kustomize wants a name in a merge patch, and with a target uses it for nothing.
      let head: JSON = ["apiVersion": "v1", "kind": .string(patch.target.kind ?? "any"), "metadata": ["name": "any"]]
      return [Self.erasing(merge), merge].compactMap { $0 }.map {
        ["target": .object(target), "patch": .string(head.overlaid(with: $0).yaml)]
      }
    }
  }

  /// Lists of Kubernetes' own kinds that kustomize joins element by element.
  private static let joined: Set<String> = [
    "containers", "initContainers", "ephemeralContainers", "volumes", "volumeMounts", "volumeDevices", "env", "ports",
    "imagePullSecrets", "hostAliases", "topologySpreadConstraints",
  ]

  /// What takes such lists away that a merge patch replaces (RFC 7396), before it gives them anew. kustomize's own word
  /// for that, `$patch: replace`, stays behind in an object that had no such list. `nil` where there is none.
  private static func erasing(_ value: JSON) -> JSON? {
    guard let object = value.object else { return nil }
    var erased = JSONObject()
    for member in object {
      if joined.contains(member.key), let elements = member.value.array {
        if elements.allSatisfy({ $0.object != nil }) { erased[member.key] = .null }
      } else {
        erased[member.key] = erasing(member.value)
      }
    }
    return erased.isEmpty ? nil : .object(erased)
  }

  /// Whether it can be meant for an object.
  func fits(_ object: JSON) -> Bool {
    (patch.target.kind.map { $0 == object["kind"]?.string } ?? true)
      && (patch.target.name.map { $0 == object[path: "metadata", "name"]?.string } ?? true)
  }
}

extension Release {
  /// What is laid over objects that something else renders: the nodes that its pods may run on, then its patches.
  var kustomizePatches: [JSON] { placementPatches + patches.flatMap { KustomizePatch($0).json } }

  /// `placed` as patches of every kind that has pods.
  private var placementPatches: [JSON] {
    guard nodes != nil else { return [] }
    let template: JSON = ["spec": ["template": ["spec": [:]]]]
    let kinds: KeyValuePairs<String, JSON> = [
      "Deployment": template, "StatefulSet": template, "DaemonSet": template, "ReplicaSet": template, "Job": template,
      "CronJob": ["spec": ["jobTemplate": template]], "Pod": ["spec": [:]],
    ]
    return kinds.map { kind, shape in
      var body: JSON = ["apiVersion": "v1", "kind": .string(kind), "metadata": ["name": "any"]]
      body["spec"] = placed(shape.overlaid(with: ["kind": .string(kind)]), for: self)["spec"]
      return ["target": ["kind": .string(kind)], "patch": .string(body.yaml)]
    }
  }
}
