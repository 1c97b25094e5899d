import Blueprint
public import Diagnostics

public enum PodNetworkTooSmall: Rule {
  public static let about = About(
    "CR0418", "The pod network has no room for every node",
    why: """
      Kubernetes cuts an IPv4 /24 out of `network.pods` for each node. A node for which none is left never becomes Ready.
      """,
    broken: """
      network:
        pods: [10.42.0.0/24]
      nodes:
        - name: cow
          role: control-plane
        - name: sheep
          role: worker
      """,
    mended: """
      network:
        pods: [10.42.0.0/16]
      nodes:
        - name: cow
          role: control-plane
        - name: sheep
          role: worker
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let nodes = subject.blueprint.nodes.count
    return subject.blueprint.network.pods.filter { $0.value.address.family == .v4 }.compactMap { network in
      let room = network.value.prefix > 24 ? 0 : 1 << min(24 - network.value.prefix, 30)
      guard room < max(nodes, 1) else { return nil }
      return problem(
        "\(network.value) has room for \(room) node\(room == 1 ? "" : "s") of a /24 each"
          + (nodes > 0 ? ", and the file has \(nodes)" : ""),
        at: network.span, fix: "use a prefix of /16")
    }
  }
}
