import Blueprint
public import Diagnostics

public enum RemovedAPI: Rule {
  public static let about = About(
    "CR0801", "An API version that this Kubernetes no longer serves",
    why: """
      Kubernetes removes old versions of its APIs (https://kubernetes.io/docs/reference/using-api/deprecation-guide/).
      An object that uses one is refused.
      """,
    broken: """
      kubernetes: {distribution: k3s, version: v1.33.4+k3s1}
      apps:
        web:
          namespace: web
          manifests: [web.yaml]
      """,
    mended: """
      kubernetes: {distribution: k3s, version: v1.20.2+k3s1}
      apps:
        web:
          namespace: web
          manifests: [web.yaml]
      """,
    files: ["web.yaml": "apiVersion: networking.k8s.io/v1beta1\nkind: Ingress\nmetadata: {name: web}\n"])

  /// The first minor version of Kubernetes 1 that does not serve it, and what to write instead.
  private static let removed: [String: (since: Int, instead: String)] = [
    "extensions/v1beta1 Ingress": (22, "networking.k8s.io/v1"),
    "networking.k8s.io/v1beta1 Ingress": (22, "networking.k8s.io/v1"),
    "networking.k8s.io/v1beta1 IngressClass": (22, "networking.k8s.io/v1"),
    "apiextensions.k8s.io/v1beta1 CustomResourceDefinition": (22, "apiextensions.k8s.io/v1"),
    "admissionregistration.k8s.io/v1beta1 ValidatingWebhookConfiguration": (22, "admissionregistration.k8s.io/v1"),
    "admissionregistration.k8s.io/v1beta1 MutatingWebhookConfiguration": (22, "admissionregistration.k8s.io/v1"),
    "rbac.authorization.k8s.io/v1beta1 ClusterRole": (22, "rbac.authorization.k8s.io/v1"),
    "rbac.authorization.k8s.io/v1beta1 ClusterRoleBinding": (22, "rbac.authorization.k8s.io/v1"),
    "rbac.authorization.k8s.io/v1beta1 Role": (22, "rbac.authorization.k8s.io/v1"),
    "rbac.authorization.k8s.io/v1beta1 RoleBinding": (22, "rbac.authorization.k8s.io/v1"),
    "scheduling.k8s.io/v1beta1 PriorityClass": (22, "scheduling.k8s.io/v1"),
    "storage.k8s.io/v1beta1 StorageClass": (22, "storage.k8s.io/v1"),
    "storage.k8s.io/v1beta1 CSIDriver": (22, "storage.k8s.io/v1"),
    "batch/v1beta1 CronJob": (25, "batch/v1"), "policy/v1beta1 PodDisruptionBudget": (25, "policy/v1"),
    "policy/v1beta1 PodSecurityPolicy": (25, "Pod Security labels of namespaces"),
    "autoscaling/v2beta1 HorizontalPodAutoscaler": (25, "autoscaling/v2"),
    "discovery.k8s.io/v1beta1 EndpointSlice": (25, "discovery.k8s.io/v1"),
    "autoscaling/v2beta2 HorizontalPodAutoscaler": (26, "autoscaling/v2"),
    "storage.k8s.io/v1beta1 CSIStorageCapacity": (27, "storage.k8s.io/v1"),
    "flowcontrol.apiserver.k8s.io/v1beta2 FlowSchema": (29, "flowcontrol.apiserver.k8s.io/v1"),
    "flowcontrol.apiserver.k8s.io/v1beta3 FlowSchema": (32, "flowcontrol.apiserver.k8s.io/v1"),
  ]

  public static func check(_ subject: Subject) -> [Diagnostic] {
    guard let kubernetes = subject.blueprint.kubernetes, let minor = kubernetes.minor else { return [] }
    return subject.objects.all.compactMap { object in
      guard let (since, instead) = removed["\(object.apiVersion) \(object.kind)"], minor >= since else { return nil }
      return problem(
        "\(object.kind) '\(object.name)' is of \(object.apiVersion), which Kubernetes serves no more since 1.\(since)",
        at: object.span, related: [.init("the version of Kubernetes", at: kubernetes.span)], fix: "use \(instead)")
    }
  }
}
