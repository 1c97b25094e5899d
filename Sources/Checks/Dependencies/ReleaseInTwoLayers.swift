import Blueprint
public import Diagnostics

public enum ReleaseInTwoLayers: Rule {
  public static let about = About(
    "CR0309", "A release stands in two layers",
    why: "A release is deployed once, in one place of the order.",
    broken: """
      platform:
        metallb:
          namespace: metallb-system
          image: ghcr.io/example/metallb:0.14
        longhorn:
          namespace: longhorn-system
          image: ghcr.io/example/longhorn:1.7
      layers:
        - name: core
          releases: [metallb, longhorn]
        - name: storage
          releases: [longhorn]
      """,
    mended: """
      platform:
        metallb:
          namespace: metallb-system
          image: ghcr.io/example/metallb:0.14
        longhorn:
          namespace: longhorn-system
          image: ghcr.io/example/longhorn:1.7
      layers:
        - name: core
          releases: [metallb]
        - name: storage
          releases: [longhorn]
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    var first: [String: (layer: String, span: SourceSpan)] = [:]
    var found: [Diagnostic] = []
    for layer in subject.blueprint.layers {
      for member in layer.releases {
        guard let before = first[member.name] else {
          first[member.name] = (layer.name, member.span)
          continue
        }
        found.append(
          problem(
            before.layer == layer.name
              ? "layer '\(layer.name)' lists '\(member.name)' twice"
              : "'\(member.name)' is in layer '\(layer.name)' and already in layer '\(before.layer)'",
            at: member.span, related: [.init("first listed here", at: before.span)],
            fix: "keep the one of the two where it should be deployed"))
      }
    }
    return found
  }
}
