import Blueprint
import Catalog
public import Diagnostics

public enum ComponentForNewerKubernetes: Rule {
  public static let about = About(
    "CR0803", "A component that is not made for this Kubernetes",
    why: """
      The chart says which versions of Kubernetes it is for, the oldest and sometimes the newest, and the cluster's is
      none of them. Helm refuses to render it, or what it makes asks for what the API server does not have. Known are the
      charts of the catalogue, and those in the cluster's folder (`kubeVersion` in Chart.yaml).
      """,
    broken: """
      kubernetes: {distribution: k3s, version: v1.27.4+k3s1}
      platform:
        cloudnative-pg: {}
      """,
    mended: """
      kubernetes: {distribution: k3s, version: v1.33.4+k3s1}
      platform:
        cloudnative-pg: {}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    guard let kubernetes = subject.blueprint.kubernetes, let minor = kubernetes.minor else { return [] }
    return newerComponents(subject, kubernetes, minor) + charts(subject, kubernetes)
  }

  private static func newerComponents(
    _ subject: Subject, _ kubernetes: KubernetesSpec, _ minor: Int
  ) -> [Diagnostic] {
    subject.parts.compactMap { part in
      // With another version of the chart, nobody knows here.
      guard part.use.version == nil, let least = part.about.chart?.kubernetes, minor < least else { return nil }
      return problem(
        "'\(part.use.name)' is for Kubernetes 1.\(least) and newer, and the cluster's is 1.\(minor)",
        at: part.use.release.span, related: [.init("the version of Kubernetes", at: kubernetes.span)],
        fix: "choose a newer 'version' under 'kubernetes', or an older 'version' of '\(part.use.name)'")
    }
  }

  private static func charts(_ subject: Subject, _ kubernetes: KubernetesSpec) -> [Diagnostic] {
    guard let version = kubernetes.version else { return [] }
    return subject.blueprint.releases.compactMap { release in
      guard case .chart(.directory(let path, let span)) = release.source,
        let line = subject.files.text(of: "\(path)/Chart.yaml")?.split(whereSeparator: \.isNewline).first(where: {
          $0.hasPrefix("kubeVersion:")
        })
      else { return nil }
      let text = line.dropFirst("kubeVersion:".count).split(separator: "#")[0]
        .filter { $0 != "\"" && $0 != "'" }
      guard VersionRange(text)?.contains(version) == false else { return nil }
      let wanted = text.split(separator: " ").joined(separator: " ")
      return problem(
        "the chart of '\(release.name)' is for Kubernetes \(wanted), and the cluster's is \(version)", at: span,
        related: [.init("the version of Kubernetes", at: kubernetes.span)],
        fix: "choose another 'version' under 'kubernetes', or another version of the chart")
    }
  }
}

extension KubernetesSpec {
  /// Of `v1.33.4+k3s1` the 33; `nil` where the file gives no version of Kubernetes 1.
  var minor: Int? { version.flatMap(Self.minor) }

  /// The second number of a version whose first is 1.
  static func minor(of version: String) -> Int? {
    let numbers = version.drop { $0 == "v" }.split(separator: ".")
    guard numbers.count >= 2, numbers[0] == "1" else { return nil }
    return Int(numbers[1])
  }
}
