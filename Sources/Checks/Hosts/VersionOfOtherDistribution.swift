import Blueprint
public import Diagnostics

public enum VersionOfOtherDistribution: Rule {
  public static let about = About(
    "CR0914", "A version of another distribution",
    why: """
      k3s, and k3d which runs it, number their releases like v1.33.4+k3s1: the same Kubernetes can come in several
      builds. Talos and the upstream components use Kubernetes' own numbers.
      """,
    broken: """
      kubernetes: {distribution: k3s, version: v1.33.4}
      """,
    mended: """
      kubernetes: {distribution: k3s, version: v1.33.4+k3s1}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    guard let kubernetes = subject.blueprint.kubernetes, let version = kubernetes.version else { return [] }
    let isK3s = [.k3s, .k3d].contains(kubernetes.distribution)
    let isBuildOfK3s = version.contains("+k3s")
    guard isK3s != isBuildOfK3s else { return [] }
    let bare = version.prefix { $0 != "+" }
    return [
      problem(
        "\(version) is not a version of \(kubernetes.distribution.rawValue)", at: kubernetes.span,
        fix: isK3s ? "write \(bare)+k3s1, or whichever build is wanted" : "write \(bare)")
    ]
  }
}
