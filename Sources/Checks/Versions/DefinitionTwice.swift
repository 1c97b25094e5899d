import Blueprint
import Catalog
public import Diagnostics
import JSON

public enum DefinitionTwice: Rule {
  public static let about = About(
    "CR0807", "Two releases bring the definition of one kind", .warning,
    why: """
      A definition exists once in a cluster. Where a component brings it and a manifest too, each roll-out puts its own
      version over the other's, and the component may not find the fields that it was built for.
      """,
    broken: """
      platform:
        cert-manager: {}
      apps:
        definitions:
          manifests:
            - apiVersion: apiextensions.k8s.io/v1
              kind: CustomResourceDefinition
              metadata: {name: certificates.cert-manager.io}
              spec: {group: cert-manager.io}
      """,
    mended: """
      platform:
        cert-manager: {}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    subject.objects.all.filter { $0.kind == "CustomResourceDefinition" }.compactMap { object in
      guard
        let part = subject.parts.first(where: { part in
          part.about.definitions.contains(object.name) && !part.use.release.values.speaksOfDefinitions
            && object.release != part.use.name && !object.release.hasPrefix("\(part.use.name)-")
        })
      else { return nil }
      return problem(
        "'\(object.release)' brings the definition '\(object.name)', and '\(part.use.name)' brings it too",
        at: object.span, related: [.init("the component", at: part.use.release.span)],
        fix: "remove it from '\(object.release)', or keep '\(part.use.name)' from bringing it with its 'values'")
    }
  }
}

extension JSON {
  /// Whether a key somewhere in it is about definitions: `crds.enabled`, `installCRDs`.
  fileprivate var speaksOfDefinitions: Bool {
    object?.contains { $0.key.lowercased().contains("crd") || $0.value.speaksOfDefinitions } == true
  }
}
