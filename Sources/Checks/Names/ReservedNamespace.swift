import Blueprint
import Catalog
public import Diagnostics

public enum ReservedNamespace: Rule {
  public static let about = About(
    "CR0503", "A release in a namespace that is not for releases",
    why: """
      `kube-public` and `kube-node-lease` belong to Kubernetes, `croft-system` to Croft. `default` works, but what stands
      there belongs to everybody: it has no policy and no clean end. `kube-system` is allowed for what extends Kubernetes
      itself.
      """,
    broken: """
      apps:
        web:
          namespace: kube-public
          image: docker.io/library/nginx:1.27
      """,
    mended: """
      apps:
        web:
          namespace: web
          image: docker.io/library/nginx:1.27
      """)

  private static let owners = [
    "kube-public": "Kubernetes", "kube-node-lease": "Kubernetes", "croft-system": "Croft",
  ]

  public static func check(_ subject: Subject) -> [Diagnostic] {
    subject.blueprint.releases.filter { $0.name != Blueprint.secretsRelease }.compactMap { release in
      let namespace = release.namespace
      if let owner = owners[namespace.name] {
        return problem(
          "'\(release.name)' goes into the namespace '\(namespace.name)', which belongs to \(owner)",
          at: namespace.span, fix: "choose a namespace of its own")
      }
      guard namespace.name == "default" else { return nil }
      return problem(
        "'\(release.name)' goes into the namespace 'default'", at: namespace.span, .warning,
        fix: "choose a namespace of its own")
    }
  }
}
