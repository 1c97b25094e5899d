import Blueprint
import Catalog
public import Diagnostics

public enum ComponentForNewerKubernetes: Rule {
  public static let about = About(
    "CR0803", "A component that is not made for this Kubernetes",
    why: """
      The chart says which versions of Kubernetes it is for, and the cluster's is older. Helm refuses to render it, or what
      it makes asks for what the API server does not have.
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
    return subject.parts.compactMap { part in
      // With another version of the chart, nobody knows here.
      guard part.use.version == nil, let least = part.about.chart?.kubernetes, minor < least else { return nil }
      return problem(
        "'\(part.use.name)' is for Kubernetes 1.\(least) and newer, and the cluster's is 1.\(minor)",
        at: part.use.release.span, related: [.init("the version of Kubernetes", at: kubernetes.span)],
        fix: "choose a newer 'version' under 'kubernetes', or an older 'version' of '\(part.use.name)'")
    }
  }
}

extension KubernetesSpec {
  /// Of `v1.33.4+k3s1` the 33; `nil` where the file gives no version of Kubernetes 1.
  var minor: Int? {
    guard let numbers = version?.dropFirst().split(separator: "."), numbers.count >= 2, numbers[0] == "1" else {
      return nil
    }
    return Int(numbers[1])
  }
}
