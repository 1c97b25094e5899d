import Blueprint
import Catalog
public import Diagnostics

public enum UndefinedKind: Rule {
  public static let about = About(
    "CR0613", "Nothing brings the definition of an object's kind",
    why: """
      Kubernetes refuses objects of kinds that nobody has defined. Definitions of kinds that are not its own come with a
      component, a chart or a manifest. Where a chart that cannot be looked into may bring it, nothing is said; where the
      file describes no machines, the cluster may have it already, and this is a warning.
      """,
    broken: """
      nodes:
        - {name: cow, role: control-plane}
      apps:
        web:
          manifests:
            - apiVersion: cert-manager.io/v1
              kind: Certificate
              metadata: {name: web}
              spec: {secretName: web-tls, dnsNames: [www.example.net], issuerRef: {name: home}}
      """,
    mended: """
      nodes:
        - {name: cow, role: control-plane}
      platform:
        cert-manager: {}
      apps:
        web:
          manifests:
            - apiVersion: cert-manager.io/v1
              kind: Certificate
              metadata: {name: web}
              spec: {secretName: web-tls, dnsNames: [www.example.net], issuerRef: {name: home}}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let blueprint = subject.blueprint
    let isWhole = blueprint.kubernetes != nil || !blueprint.nodes.isEmpty
    // Components of the user's own say theirs as those of the catalogue do.
    let defined = Set(subject.objects.all.filter { $0.kind == "CustomResourceDefinition" }.map(\.name))
      .union(subject.parts.flatMap(\.about.definitions))
    var seen: Set<String> = []
    return subject.objects.all.compactMap { object in
      let group = object.group
      guard group.utf8.contains(0x2E) else { return nil }
      let definition = "\(object.plural).\(group)"
      let bringers = components(bringing: definition)
      guard !object.isBuiltIn || !bringers.isEmpty, !defined.contains(definition),
        !subject.distributionBrings(group), !bringers.contains(where: subject.hasComponent),
        !subject.mayDefineKinds(for: object.release), seen.insert("\(object.release) \(definition)").inserted
      else { return nil }
      return problem(
        "'\(object.release)' makes the \(object.kind) '\(object.name)', and nothing defines that kind (\(definition))",
        at: object.span, isWhole ? .error : .warning,
        fix: bringers.isEmpty
          ? "add the release that brings '\(definition)'"
          : "add \(bringers.map { "'\($0)'" }.joined(separator: " or ")) to 'platform'")
    }
  }
}

extension Subject {
  /// Whether the cluster has a component of the catalogue, or a release of the user's own in its place.
  fileprivate func hasComponent(_ name: String) -> Bool {
    platform.has(name) || parts.contains { $0.about.name == name } || blueprint.release(name) != nil
  }

  /// Whether a chart or a kustomization that nobody can look into may bring definitions before a release needs them.
  fileprivate func mayDefineKinds(for release: String) -> Bool {
    objects.unknown.contains { name in
      let isOfCatalogue = parts.contains { name == $0.use.name || name.hasPrefix("\($0.use.name)-") }
      guard !isOfCatalogue, let other = blueprint.release(name) else { return false }
      return other.section == .platform || name == release || isDeployed(name, before: release)
    }
  }

  /// k3s has definitions of its own, and Traefik's unless that is switched off.
  fileprivate func distributionBrings(_ group: String) -> Bool {
    guard let kubernetes = blueprint.kubernetes, [.k3s, .k3d].contains(kubernetes.distribution) else { return false }
    return group.hasSuffix(".cattle.io")
      || group.hasSuffix("traefik.io") && !kubernetes.disable.contains { $0.value == "traefik" }
  }
}
