/// Versions of APIs that Kubernetes has removed: https://kubernetes.io/docs/reference/using-api/deprecation-guide/
enum RemovedVersions {
  struct Removal: Sendable {
    /// The first minor version of Kubernetes 1 that does not serve it.
    var since: Int
    var instead: String
  }

  /// `nil` where Kubernetes has not removed it, or never had it.
  static func removal(of kind: String, in apiVersion: String) -> Removal? { table["\(apiVersion) \(kind)"] }

  private static let table: [String: Removal] = {
    var table: [String: Removal] = [:]
    for (since, version, instead, kinds) in rows {
      for kind in kinds.split(separator: " ") { table["\(version) \(kind)"] = Removal(since: since, instead: instead) }
    }
    return table
  }()

  private static let rows: [(since: Int, version: String, instead: String, kinds: String)] = [
    (16, "extensions/v1beta1", "apps/v1", "Deployment DaemonSet ReplicaSet"),
    (16, "extensions/v1beta1", "networking.k8s.io/v1", "NetworkPolicy"),
    (16, "extensions/v1beta1", "Pod Security labels of namespaces", "PodSecurityPolicy"),
    (16, "apps/v1beta1", "apps/v1", "Deployment StatefulSet"),
    (16, "apps/v1beta2", "apps/v1", "Deployment StatefulSet DaemonSet ReplicaSet"),
    (22, "extensions/v1beta1", "networking.k8s.io/v1", "Ingress"),
    (22, "networking.k8s.io/v1beta1", "networking.k8s.io/v1", "Ingress IngressClass"),
    (22, "apiextensions.k8s.io/v1beta1", "apiextensions.k8s.io/v1", "CustomResourceDefinition"),
    (22, "apiregistration.k8s.io/v1beta1", "apiregistration.k8s.io/v1", "APIService"),
    (
      22, "admissionregistration.k8s.io/v1beta1", "admissionregistration.k8s.io/v1",
      "ValidatingWebhookConfiguration MutatingWebhookConfiguration"
    ),
    (
      22, "rbac.authorization.k8s.io/v1beta1", "rbac.authorization.k8s.io/v1",
      "ClusterRole ClusterRoleBinding Role RoleBinding"
    ),
    (22, "scheduling.k8s.io/v1beta1", "scheduling.k8s.io/v1", "PriorityClass"),
    (22, "storage.k8s.io/v1beta1", "storage.k8s.io/v1", "StorageClass CSIDriver CSINode VolumeAttachment"),
    (22, "coordination.k8s.io/v1beta1", "coordination.k8s.io/v1", "Lease"),
    (22, "certificates.k8s.io/v1beta1", "certificates.k8s.io/v1", "CertificateSigningRequest"),
    (22, "authentication.k8s.io/v1beta1", "authentication.k8s.io/v1", "TokenReview"),
    (
      22, "authorization.k8s.io/v1beta1", "authorization.k8s.io/v1",
      "SubjectAccessReview LocalSubjectAccessReview SelfSubjectAccessReview"
    ),
    (25, "batch/v1beta1", "batch/v1", "CronJob"),
    (25, "policy/v1beta1", "policy/v1", "PodDisruptionBudget"),
    (25, "policy/v1beta1", "Pod Security labels of namespaces", "PodSecurityPolicy"),
    (25, "autoscaling/v2beta1", "autoscaling/v2", "HorizontalPodAutoscaler"),
    (25, "discovery.k8s.io/v1beta1", "discovery.k8s.io/v1", "EndpointSlice"),
    (25, "events.k8s.io/v1beta1", "events.k8s.io/v1", "Event"),
    (25, "node.k8s.io/v1beta1", "node.k8s.io/v1", "RuntimeClass"),
    (26, "autoscaling/v2beta2", "autoscaling/v2", "HorizontalPodAutoscaler"),
    (
      26, "flowcontrol.apiserver.k8s.io/v1beta1", "flowcontrol.apiserver.k8s.io/v1",
      "FlowSchema PriorityLevelConfiguration"
    ),
    (27, "storage.k8s.io/v1beta1", "storage.k8s.io/v1", "CSIStorageCapacity"),
    (
      29, "flowcontrol.apiserver.k8s.io/v1beta2", "flowcontrol.apiserver.k8s.io/v1",
      "FlowSchema PriorityLevelConfiguration"
    ),
    (
      32, "flowcontrol.apiserver.k8s.io/v1beta3", "flowcontrol.apiserver.k8s.io/v1",
      "FlowSchema PriorityLevelConfiguration"
    ),
  ]
}
