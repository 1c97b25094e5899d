import JSON
import Kubernetes

/// Which Kubernetes a definition needs, told before an old server answers with something unreadable.
enum DefinitionSupport {
  private static let features: [(key: String, minor: Int)] = [
    ("x-kubernetes-validations", 25), ("selectableFields", 30), ("x-kubernetes-int-or-string", 15),
  ]

  static func refuse(_ definition: Object, on version: ServerVersion) throws {
    guard definition.isDefinition, version.major == 1 else { return }
    for feature in features where version.minor < feature.minor && uses(definition.json["spec"] ?? .null, feature.key) {
      throw RolloutError.needsKubernetes(definition.id, version: "1.\(feature.minor)", because: feature.key)
    }
  }

  private static func uses(_ value: JSON, _ key: String) -> Bool {
    switch value {
    case .object(let object): object.contains { $0.key == key || uses($0.value, key) }
    case .array(let elements): elements.contains { uses($0, key) }
    default: false
    }
  }
}
