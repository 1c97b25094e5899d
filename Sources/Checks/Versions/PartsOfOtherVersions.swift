import Blueprint
import Catalog
public import Diagnostics
import JSON

public enum PartsOfOtherVersions: Rule {
  public static let about = About(
    "CR0804", "Parts of Kubernetes whose versions do not go together",
    why: """
      A kubelet may be up to three minor versions older than the API server and never newer; the controller manager and
      the scheduler at most one older (https://kubernetes.io/releases/version-skew-policy/). The file can pin parts of
      their own: images in patches for Talos, and the channel that system-upgrade-controller follows, which must not lead
      back, nor over a minor version at once.
      """,
    broken: """
      kubernetes: {distribution: k3s, version: v1.33.4+k3s1}
      platform:
        system-upgrade-controller: {channel: v1.31}
      """,
    mended: """
      kubernetes: {distribution: k3s, version: v1.33.4+k3s1}
      platform:
        system-upgrade-controller: {channel: v1.33}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    guard let kubernetes = subject.blueprint.kubernetes, let minor = kubernetes.minor else { return [] }
    return channels(subject, kubernetes, minor) + images(subject, kubernetes, minor)
  }

  private static func channels(_ subject: Subject, _ kubernetes: KubernetesSpec, _ minor: Int) -> [Diagnostic] {
    subject.parts.compactMap { part in
      guard let channel = (part.use.options as? SystemUpgradeController.Options)?.channel,
        let next = KubernetesSpec.minor(of: channel), next != minor
      else { return nil }
      let related = [Diagnostic.Related("the version of Kubernetes", at: kubernetes.span)]
      let span = part.use.release.span
      if next == minor + 1 {
        return problem(
          "'\(part.use.name)' takes the nodes to 1.\(next), and the file says 1.\(minor)", at: span, .warning,
          related: related, fix: "write a version of 1.\(next) under 'kubernetes', or 'channel: v1.\(minor)'")
      }
      return problem(
        next < minor
          ? "'\(part.use.name)' takes the nodes back to 1.\(next), and the cluster is of 1.\(minor)"
          : "'\(part.use.name)' takes the nodes from 1.\(minor) to 1.\(next), over minor versions between them",
        at: span, related: related,
        fix: next < minor ? "write 'channel: v1.\(minor)'" : "write 'channel: v1.\(minor + 1)', and the next one later")
    }
  }

  /// How far each part may be behind the API server, by where Talos' configuration names its image.
  private static let parts: [(name: String, path: [String], behind: Int)] = [
    ("the kubelet", ["machine", "kubelet", "image"], 3),
    ("the controller manager", ["cluster", "controllerManager", "image"], 1),
    ("the scheduler", ["cluster", "scheduler", "image"], 1), ("kube-proxy", ["cluster", "proxy", "image"], 3),
  ]

  private static func images(_ subject: Subject, _ kubernetes: KubernetesSpec, _ minor: Int) -> [Diagnostic] {
    let patches = subject.blueprint.talosPatches
    let server =
      patches.lazy.compactMap { self.minor(of: ["cluster", "apiServer", "image"], in: $0.patch) }.first ?? minor
    return patches.flatMap { patch, span in
      parts.compactMap { part -> Diagnostic? in
        guard let own = self.minor(of: part.path, in: patch), own > server || own < server - part.behind else {
          return nil
        }
        return problem(
          "a patch pins \(part.name) to 1.\(own), and the API server is of 1.\(server)", at: span,
          related: span == kubernetes.span ? [] : [.init("the version of Kubernetes", at: kubernetes.span)],
          fix: "remove '\(part.path.joined(separator: "."))' from the patch, or pin 1.\(server) there")
      }
    }
  }

  /// Of the image at a path.
  private static func minor(of path: [String], in patch: JSON) -> Int? {
    var value: JSON? = patch
    for key in path { value = value?[key] }
    let tag = value?.string?.split(separator: "@").first?.split(separator: ":").last
    return tag.flatMap { KubernetesSpec.minor(of: String($0)) }
  }
}
