import Blueprint
public import Diagnostics

public enum UnknownLayerMember: Rule {
  public static let about = About(
    "CR0308", "A layer lists a release that is not in the file",
    why: """
      A layer lists releases of `platform` and `apps`. A name that none of them has can only be a slip; the release that
      was meant would be deployed somewhere else in the order.
      """,
    broken: """
      platform:
        metallb:
          namespace: metallb-system
          image: ghcr.io/example/metallb:0.14
      apps:
        web:
          namespace: web
          image: ghcr.io/example/web:1.0
      layers:
        - name: core
          releases: [metallb, metalb-config]
        - name: apps
          releases: [web]
      """,
    mended: """
      platform:
        metallb:
          namespace: metallb-system
          image: ghcr.io/example/metallb:0.14
      apps:
        web:
          namespace: web
          image: ghcr.io/example/web:1.0
      layers:
        - name: core
          releases: [metallb]
        - name: apps
          releases: [web]
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let known = Set(subject.graph.nodes)
    let listed = Set(subject.blueprint.layers.flatMap { $0.releases.map(\.name) })
    return subject.blueprint.layers.flatMap { layer in
      layer.releases.filter { !known.contains($0.name) }.map { member in
        // A release that no layer lists yet is the likelier one.
        let free = subject.graph.nodes.filter { !listed.contains($0) }
        return problem(
          "layer '\(layer.name)' lists '\(member.name)', but no release has this name", at: member.span,
          fix: didYouMean(member.name, among: free) ?? didYouMean(member.name, among: subject.graph.nodes)
            ?? "add a release '\(member.name)' to 'platform' or 'apps', or remove the name")
      }
    }
  }
}
