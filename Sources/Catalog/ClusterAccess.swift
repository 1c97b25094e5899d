import Blueprint
import JSON

/// What a component without a chart may do with the Kubernetes API.
struct ClusterAccess {
  struct Rule {
    /// Empty: the core group.
    var group: String
    var resources: [String]
    var verbs: [String]

    var json: JSON {
      [
        "apiGroups": [.string(group)], "resources": .array(resources.map { .string($0) }),
        "verbs": .array(verbs.map { .string($0) }),
      ]
    }

    static let read = ["get", "list", "watch"]
    static let write = ["get", "list", "watch", "create", "patch", "update", "delete"]
  }
  /// In its own namespace.
  var local: [Rule] = []
  /// Everywhere.
  var global: [Rule] = []

  /// The roles, bound to the account that every workload has.
  func objects(_ context: ComponentContext) -> [JSON] {
    let name = context.name
    let subjects: JSON = [
      ["kind": "ServiceAccount", "name": .string(name), "namespace": .string(context.namespace)]
    ]
    func pair(_ kind: String, _ metadata: JSON, _ rules: [Rule]) -> [JSON] {
      if rules.isEmpty { return [] }
      let api = "rbac.authorization.k8s.io"
      return [
        [
          "apiVersion": .string("\(api)/v1"), "kind": .string(kind), "metadata": metadata,
          "rules": .array(rules.map(\.json)),
        ],
        [
          "apiVersion": .string("\(api)/v1"), "kind": .string("\(kind)Binding"), "metadata": metadata,
          "roleRef": ["apiGroup": .string(api), "kind": .string(kind), "name": metadata["name"] ?? .null],
          "subjects": subjects,
        ],
      ]
    }
    return pair("Role", context.metadata(name), local)
      + pair("ClusterRole", ["name": .string("\(context.namespace)-\(name)")], global)
  }

  /// Gives the workload's pods their account's token, which they do not have otherwise.
  static func token(_ context: ComponentContext) -> ObjectPatch {
    ObjectPatch(
      target: .init(kind: "ServiceAccount", name: context.name), change: .merge(["automountServiceAccountToken": true]),
      span: context.use.release.span)
  }
}
