import JSON

extension StatusContext {
  /// From everything there is in a cluster, what status rules look up.
  /// - Parameters:
  ///   - storageClasses: every StorageClass.
  ///   - definitions: every CustomResourceDefinition.
  ///   - now: seconds since 1970.
  public init(pods: [Object], storageClasses: [Object], definitions: [Object], now: Int? = nil) {
    self.init(
      pods: pods, bindingModes: StatusContext.bindingModes(of: storageClasses),
      definitions: Dictionary(definitions.map { (GroupKind(definedBy: $0), $0) }, uniquingKeysWith: { $1 }), now: now)
  }

  /// Binding modes by class name, with that of the default class under "". Of several default classes Kubernetes takes
  /// the newest.
  public static func bindingModes(of storageClasses: [Object]) -> [String: String] {
    var modes: [String: String] = [:]
    for storageClass in storageClasses {
      modes[storageClass.name] = storageClass.json["volumeBindingMode"]?.string ?? "Immediate"
    }
    let marks = ["storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"]
    let defaults = storageClasses.filter { storageClass in marks.contains { storageClass.annotation($0) == "true" } }
    // Equally old ones go by name, the first winning.
    let chosen = defaults.max { a, b in
      a.creationTimestamp != b.creationTimestamp ? a.creationTimestamp < b.creationTimestamp : a.name > b.name
    }
    if let chosen { modes[""] = modes[chosen.name] }
    return modes
  }
}

extension GroupKind {
  /// The kind that a CustomResourceDefinition defines.
  public init(definedBy definition: Object) {
    let spec = definition.json["spec"]
    self.init(group: spec?["group"]?.string ?? "", kind: spec?["names"]?["kind"]?.string ?? "")
  }
}
