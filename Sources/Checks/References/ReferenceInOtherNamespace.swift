import Blueprint
public import Diagnostics

public enum ReferenceInOtherNamespace: Rule {
  public static let about = About(
    "CR0522", "An object that a release needs is made in another namespace", .warning,
    why: """
      Pods see Secrets, ConfigMaps and claims of their own namespace only, and values are read there too. That an object
      of this kind and name is made elsewhere, and none here by any release that can be looked into, mostly means that one
      of the namespaces is wrong.
      """,
    broken: """
      apps:
        settings:
          namespace: settings
          manifests:
            - apiVersion: v1
              kind: ConfigMap
              metadata: {name: paperless}
        paperless:
          namespace: home
          image: ghcr.io/example/paperless:2.18
          env:
            LEVEL: {configMap: paperless, key: level}
          dependsOn: [settings]
      """,
    mended: """
      apps:
        settings:
          namespace: home
          manifests:
            - apiVersion: v1
              kind: ConfigMap
              metadata: {name: paperless}
        paperless:
          namespace: home
          image: ghcr.io/example/paperless:2.18
          env:
            LEVEL: {configMap: paperless, key: level}
          dependsOn: [settings]
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    ObjectReference.all(in: subject.blueprint).compactMap { reference in
      let namespace = reference.release.namespace.name
      let alike = subject.objects.named(reference.name, kind: reference.kind)
      guard let other = alike.first, !alike.contains(where: { $0.namespace == namespace }) else { return nil }
      return problem(
        "'\(reference.release.name)' needs the \(reference.description) in its namespace '\(namespace)', and "
          + "'\(other.release)' makes it in '\(other.namespace ?? "")'",
        at: reference.span,
        related: [.init("'\(other.release)' makes it", at: other.span)],
        fix: "make it in '\(namespace)', or move one of the two releases")
    }
  }
}
