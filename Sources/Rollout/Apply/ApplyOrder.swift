import Kubernetes

/// The order in which kinds are applied, so that nothing is made before what it needs.
///
/// Waves follow each other; inside a wave everything goes at once. Webhooks come last: they would refuse
/// the objects of their own release while their server is not up.
enum ApplyOrder: Int, Sendable, CaseIterable, Comparable {
  case namespaces, definitions, policies, identities, configuration, services, workloads, others, webhooks

  static func wave(of kind: GroupKind) -> ApplyOrder {
    switch (kind.group, kind.kind) {
    case ("", "Namespace"): .namespaces
    case ("apiextensions.k8s.io", _): .definitions
    case ("", "ResourceQuota"), ("", "LimitRange"), ("networking.k8s.io", "NetworkPolicy"),
      ("scheduling.k8s.io", _), ("policy", _), ("node.k8s.io", _):
      .policies
    case ("", "ServiceAccount"), ("rbac.authorization.k8s.io", _): .identities
    case ("", "ConfigMap"), ("", "Secret"), ("", "PersistentVolume"), ("", "PersistentVolumeClaim"),
      ("storage.k8s.io", _):
      .configuration
    case ("", "Service"), ("", "Endpoints"): .services
    case ("", "Pod"), ("", "ReplicationController"), ("apps", _), ("batch", _): .workloads
    case ("admissionregistration.k8s.io", _): .webhooks
    default: .others
    }
  }

  static func rank(of kind: GroupKind) -> Int { wave(of: kind).rawValue }

  static func < (a: ApplyOrder, b: ApplyOrder) -> Bool { a.rawValue < b.rawValue }
}
