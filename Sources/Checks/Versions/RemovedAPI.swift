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

  public static func check(_ subject: Subject) -> [Diagnostic] {
    guard let kubernetes = subject.blueprint.kubernetes, let minor = kubernetes.minor else { return [] }
    let related = [Diagnostic.Related("the version of Kubernetes", at: kubernetes.span)]
    func removal(_ kind: String, _ apiVersion: String) -> RemovedVersions.Removal? {
      RemovedVersions.removal(of: kind, in: apiVersion).flatMap { minor >= $0.since ? $0 : nil }
    }
    let objects = subject.objects.all.compactMap { object -> Diagnostic? in
      guard let removal = removal(object.kind, object.apiVersion) else { return nil }
      return problem(
        "\(object.kind) '\(object.name)' is of \(object.apiVersion), which Kubernetes serves no more since "
          + "1.\(removal.since)",
        at: object.span, related: related, fix: "use \(removal.instead)")
    }
    // What is not rendered here: a chart or a kustomization in the cluster's folder, by the words of its files.
    let templates = subject.blueprint.releases.flatMap { release in
      subject.files.templates(of: release).flatMap { file in
        file.kinds.compactMap { kind, apiVersion -> Diagnostic? in
          guard let removal = removal(kind, apiVersion) else { return nil }
          return problem(
            "'\(file.path)' of '\(release.name)' has the kind \(kind) of \(apiVersion), which Kubernetes serves no "
              + "more since 1.\(removal.since)",
            at: file.span, related: related, fix: "use \(removal.instead) there, or a newer version of the chart")
        }
      }
    }
    return objects + templates
  }
}
