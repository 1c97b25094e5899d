import Blueprint
import Catalog
import JSON
import YAML

/// A patch of the cluster file in kustomize's words.
struct KustomizePatch {
  let patch: ObjectPatch
  init(_ patch: ObjectPatch) { self.patch = patch }

  var json: JSON {
    var target = JSONObject()
    if let kind = patch.target.kind { target["kind"] = .string(kind) }
    if let name = patch.target.name { target["name"] = .string(name) }
    if let namespace = patch.target.namespace { target["namespace"] = .string(namespace) }
    switch patch.change {
    case .operations(let operations):
      return ["target": .object(target), "patch": .string(JSON.array(operations).yaml)]
    case .merge(let merge):
      // kustomize wants a name in a merge patch, and with a target uses it for nothing.
      var body: JSON = ["apiVersion": "v1", "kind": .string(patch.target.kind ?? "any"), "metadata": ["name": "any"]]
      body = body.overlaid(with: Self.replacing(merge))
      return ["target": .object(target), "patch": .string(body.yaml)]
    }
  }

  /// Lists of Kubernetes' own kinds that kustomize joins element by element, unless it is told that a list replaces the
  /// one before it, as it does in a merge patch (RFC 7386).
  private static let joined: Set<String> = [
    "containers", "initContainers", "ephemeralContainers", "volumes", "volumeMounts", "volumeDevices", "env", "ports",
    "imagePullSecrets", "hostAliases", "topologySpreadConstraints",
  ]

  private static func replacing(_ value: JSON, of key: String = "") -> JSON {
    switch value {
    case .object(let object): .object(JSONObject(object.map { .init($0.key, replacing($0.value, of: $0.key)) }))
    case .array(let elements) where joined.contains(key) && elements.allSatisfy { $0.object != nil }:
      .array([["$patch": "replace"]] + elements.map { replacing($0) })
    default: value
    }
  }

  /// Whether it can be meant for an object.
  func fits(_ object: JSON) -> Bool {
    (patch.target.kind.map { $0 == object["kind"]?.string } ?? true)
      && (patch.target.name.map { $0 == object[path: "metadata", "name"]?.string } ?? true)
  }
}

extension Release {
  /// What is laid over objects that something else renders: the nodes that its pods may run on, then its patches.
  var kustomizePatches: [JSON] { placementPatches + patches.map { KustomizePatch($0).json } }

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
