/// Kinds as people name them: `deploy`, `deployments`, `Deployment`, `deployments.apps`.
struct KindName {
  /// Singular and lower case, as far as that can be known: `deployment`.
  let singular: String
  /// The part after the first dot; `nil` without one.
  let group: String?

  init(_ text: String) {
    let parts = text.lowercased().split(separator: ".", maxSplits: 1).map(String.init)
    let name = parts.first ?? ""
    singular = Self.singulars[name] ?? name
    group = parts.count > 1 ? parts[1] : nil
  }

  /// Whether this names the kind of the object.
  func matches(_ object: KnownObject) -> Bool {
    (group == nil || group == object.group) && (singular == object.singular || singular == object.plural)
  }

  /// Built-in kinds that users make under a name of their own. What a controller makes — pods, endpoints, most claims
  /// and Secrets — can appear without any release that names it.
  var isMadeByUsers: Bool {
    [
      "deployment", "statefulset", "daemonset", "job", "cronjob", "service", "ingress", "configmap",
      "horizontalpodautoscaler", "poddisruptionbudget", "networkpolicy", "serviceaccount",
    ].contains(singular)
  }

  static let clusterScoped: Set<String> = [
    "namespace", "node", "persistentvolume", "customresourcedefinition", "clusterrole", "clusterrolebinding",
    "storageclass", "ingressclass", "priorityclass", "runtimeclass", "csidriver", "volumesnapshotclass",
    "mutatingwebhookconfiguration", "validatingwebhookconfiguration", "apiservice", "clusterissuer", "gatewayclass",
  ]

  private static let shortNames = [
    "cm": "configmap", "crd": "customresourcedefinition", "cj": "cronjob", "deploy": "deployment", "ds": "daemonset",
    "hpa": "horizontalpodautoscaler", "ing": "ingress", "netpol": "networkpolicy", "no": "node", "ns": "namespace",
    "pdb": "poddisruptionbudget", "po": "pod", "pv": "persistentvolume", "pvc": "persistentvolumeclaim",
    "rs": "replicaset", "sa": "serviceaccount", "sc": "storageclass", "sts": "statefulset", "svc": "service",
  ]

  private static let singulars: [String: String] = {
    let kinds = clusterScoped.union(shortNames.values).union(["job", "secret", "cronjob", "ingress"])
    return shortNames.merging(kinds.map { (plural($0), $0) }) { first, _ in first }
      .merging([("crds", "customresourcedefinition"), ("pvcs", "persistentvolumeclaim")]) { first, _ in first }
  }()

  /// English, as the API server's own: `ingresses`, `networkpolicies`, `deployments`.
  static func plural(_ kind: String) -> String {
    if kind.hasSuffix("s") || kind.hasSuffix("x") || kind.hasSuffix("ch") { return kind + "es" }
    if kind.hasSuffix("y"), !["ay", "ey", "oy", "uy"].contains(where: kind.hasSuffix) {
      return kind.dropLast() + "ies"
    }
    return kind + "s"
  }
}
