import Blueprint
public import Diagnostics

public enum ReferenceMadeLater: Rule {
  public static let about = About(
    "CR0521", "A release needs an object that another makes later",
    why: """
      A Secret or ConfigMap for values must be there before the release is rendered, one for the environment or a volume
      before its pods start. Where the release that makes it is deployed later — because it depends on the one that needs
      the object, or stands in a later layer — neither comes to an end. Where nothing says which of the two comes first,
      it is left to chance.
      """,
    broken: """
      apps:
        settings:
          namespace: home
          manifests:
            - apiVersion: v1
              kind: ConfigMap
              metadata: {name: paperless}
          dependsOn: [paperless]
        paperless:
          namespace: home
          image: ghcr.io/example/paperless:2.18
          env:
            LEVEL: {configMap: paperless, key: level}
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
      let needing = reference.release.name
      let objects = subject.objects.named(reference.name, kind: reference.kind).filter {
        $0.namespace == reference.release.namespace.name
      }
      let makers = objects.map(\.release)
      guard !makers.isEmpty, !makers.contains(needing),
        !makers.contains(where: { subject.isDeployed($0, before: needing) })
      else { return nil }
      let related = objects.map { Diagnostic.Related("'\($0.release)' makes it", at: $0.span) }
      if let maker = makers.first(where: { !subject.isDeployed(needing, before: $0) }) {
        return problem(
          "'\(needing)' needs the \(reference.description) of '\(maker)', and nothing says that '\(maker)' comes first",
          at: reference.span, .warning, related: related, fix: "add '\(maker)' to 'dependsOn' of '\(needing)'")
      }
      return problem(
        "'\(needing)' needs the \(reference.description), which '\(makers[0])' makes only after '\(needing)' is ready",
        at: reference.span, related: related,
        fix: "deploy '\(makers[0])' first: turn the dependency around, or move it to an earlier layer")
    }
  }
}

extension Subject {
  /// Whether the roll-out has ended with one release before the other starts: by dependencies of either kind, or by
  /// layers.
  func isDeployed(_ first: String, before second: String) -> Bool { graph.path(from: second, to: first) != nil }
}
