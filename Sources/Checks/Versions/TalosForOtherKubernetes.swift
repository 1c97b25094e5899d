import Blueprint
public import Diagnostics

public enum TalosForOtherKubernetes: Rule {
  public static let about = About(
    "CR0805", "A Talos that is not made for this Kubernetes",
    why: """
      Every Talos is tried with six minor versions of Kubernetes, Talos 1.13 with 1.31 to 1.36, and every further one with
      one newer (https://docs.siderolabs.com/talos/v1.13/getting-started/support-matrix). With another it refuses the
      configuration, or gives components flags that they do not know.
      """,
    broken: """
      kubernetes:
        distribution: talos
        version: v1.29.4
        talos: {version: v1.13.1}
      """,
    mended: """
      kubernetes:
        distribution: talos
        version: v1.34.1
        talos: {version: v1.13.1}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    guard let kubernetes = subject.blueprint.kubernetes, let minor = kubernetes.minor,
      let version = kubernetes.talos?.version, let talos = KubernetesSpec.minor(of: version)
    else { return [] }
    let known = talos + 18...talos + 23
    guard !known.contains(minor) else { return [] }
    return [
      problem(
        "Talos \(version) is for Kubernetes 1.\(known.lowerBound) to 1.\(known.upperBound), and the cluster's is 1.\(minor)",
        at: kubernetes.span,
        fix: minor > known.upperBound
          ? "choose a newer 'talos.version', or an older Kubernetes" : "choose a newer Kubernetes, or an older Talos")
    ]
  }
}
