import Blueprint
public import Diagnostics

public enum OperatorOfOtherVersion: Rule {
  public static let about = About(
    "CR0806", "Two charts of one component in different versions", .warning,
    why: """
      Some components come as several charts, one for the operator or the definitions and one for what they make. These
      are released together and tried together: an operator of one version may not know what the other's objects say.
      """,
    broken: """
      apps:
        mesh-definitions:
          namespace: linkerd
          chart: {repository: "https://helm.linkerd.io/edge", name: linkerd-crds, version: 2026.7.1}
        mesh:
          namespace: linkerd
          chart: {repository: "https://helm.linkerd.io/edge", name: linkerd-control-plane, version: 2026.8.3}
      """,
    mended: """
      apps:
        mesh-definitions:
          namespace: linkerd
          chart: {repository: "https://helm.linkerd.io/edge", name: linkerd-crds, version: 2026.8.3}
        mesh:
          namespace: linkerd
          chart: {repository: "https://helm.linkerd.io/edge", name: linkerd-control-plane, version: 2026.8.3}
      """)

  /// Charts that have one version, by name.
  private static let families = [
    ["rook-ceph", "rook-ceph-cluster"], ["linkerd-crds", "linkerd-control-plane"], ["flux-operator", "flux-instance"],
    ["kyverno", "kyverno-policies"], ["karpenter-crd", "karpenter"], ["spire-crds", "spire"],
  ]

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let charts = subject.blueprint.releases.compactMap(NamedChart.init)
    return families.flatMap { family in
      let members = charts.filter { family.contains($0.name) }
      guard let first = members.first else { return [Diagnostic]() }
      return members.dropFirst().compactMap { other in
        // Two versions of the same chart are another rule's.
        guard other.name != first.name, other.version != first.version else { return nil }
        return problem(
          "'\(other.release)' has the chart \(other.name) \(other.version), and '\(first.release)' has \(first.name) "
            + "\(first.version)",
          at: other.span, related: [.init("the chart of '\(first.release)'", at: first.span)],
          fix: "use one version for both")
      }
    }
  }
}

/// A chart of a repository, by the name that it has there.
private struct NamedChart {
  var release: String
  var name: String
  var version: String
  var span: SourceSpan

  init?(_ release: Release) {
    guard case .chart(let chart) = release.source else { return nil }
    switch chart {
    case .repository(_, let name, let version, _): (self.name, self.version) = (name, version)
    case .oci(let url, let version, _):
      (name, self.version) = (url.split(separator: "/").last.map(String.init) ?? url, version)
    case .directory: return nil
    }
    if version.hasPrefix("v") { version.removeFirst() }
    self.release = release.name
    span = chart.span
  }
}
