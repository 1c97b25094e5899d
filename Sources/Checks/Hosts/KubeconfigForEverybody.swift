import Blueprint
public import Diagnostics
import JSON

public enum KubeconfigForEverybody: Rule {
  public static let about = About(
    "CR0912", "The kubeconfig can be read by everybody on the host", .warning,
    why: """
      The kubeconfig holds the key of the cluster's administrator. With a mode that lets everybody read it, every
      program on the host rules the cluster.
      """,
    broken: """
      kubernetes:
        distribution: k3s
        version: v1.33.4+k3s1
        kubeconfig: {mode: "0644"}
      """,
    mended: """
      kubernetes:
        distribution: k3s
        version: v1.33.4+k3s1
        kubeconfig: {mode: "0640", group: wheel}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    guard let kubernetes = subject.blueprint.kubernetes else { return [] }
    let own = kubernetes.kubeconfig
    // k3s's own word for it wins.
    let direct = kubernetes.serverConfig["write-kubeconfig-mode"]?.string
    guard let mode = direct ?? own.mode, mode.last != "0" else { return [] }
    return [
      problem(
        "the kubeconfig's mode \(mode) lets everybody on the host rule the cluster",
        at: direct == nil ? own.span : kubernetes.span,
        fix: "write 0600, or 0640 with the 'group' of those who may")
    ]
  }
}
