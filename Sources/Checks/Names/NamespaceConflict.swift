import Blueprint
public import Diagnostics

public enum NamespaceConflict: Rule {
  public static let about = About(
    "CR0504", "Releases want different labels on one namespace",
    why: """
      Releases that share a namespace also share its labels and annotations. Where two give one of them different values,
      the one deployed last would win, and each deployment would change it again.
      """,
    broken: """
      apps:
        grafana:
          namespace: {name: monitoring, labels: {pod-security.kubernetes.io/enforce: baseline}}
          image: ghcr.io/example/grafana:11.2
        exporter:
          namespace: {name: monitoring, labels: {pod-security.kubernetes.io/enforce: privileged}}
          image: ghcr.io/example/exporter:1.8
      """,
    mended: """
      apps:
        grafana:
          namespace: {name: monitoring, labels: {pod-security.kubernetes.io/enforce: privileged}}
          image: ghcr.io/example/grafana:11.2
        exporter:
          namespace: monitoring
          image: ghcr.io/example/exporter:1.8
      """)

  private typealias Values = KeyPath<NamespaceSpec, [String: String]>

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let releases = subject.blueprint.releases
    let lists: [(String, Values)] = [("label", \.labels), ("annotation", \.annotations)]
    return releases.enumerated().flatMap { index, release in
      lists.flatMap { what, values in
        release.namespace[keyPath: values].sorted { $0.key < $1.key }.compactMap { key, value in
          guard
            let other = releases[..<index].first(where: {
              $0.namespace.name == release.namespace.name
                && $0.namespace[keyPath: values][key].map { $0 != value } ?? false
            })
          else { return nil }
          return problem(
            "the \(what) '\(key)' of the namespace '\(release.namespace.name)' is '\(value)' for '\(release.name)' and "
              + "'\(other.namespace[keyPath: values][key] ?? "")' for '\(other.name)'",
            at: release.namespace.span, related: [.init("the namespace of '\(other.name)'", at: other.namespace.span)],
            fix: "give it one value, in one of the releases")
        }
      }
    }
  }
}
