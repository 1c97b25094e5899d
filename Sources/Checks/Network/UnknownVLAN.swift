import Blueprint
public import Diagnostics

public enum UnknownVLAN: Rule {
  public static let about = About(
    "CR0429", "A pool or a node on a VLAN that is not in the file",
    why: """
      The addresses of a pool are announced on the VLAN that it names, and a node is on the VLANs that it names, so Croft
      has to know their numbers and their networks.
      """,
    broken: """
      network:
        nodes: [192.168.14.0/24]
        vlans:
          public: {id: 20, networks: 192.168.20.0/24}
        pools:
          web: {ranges: 192.168.20.40-192.168.20.49, vlan: publik}
      """,
    mended: """
      network:
        nodes: [192.168.14.0/24]
        vlans:
          public: {id: 20, networks: 192.168.20.0/24}
        pools:
          web: {ranges: 192.168.20.40-192.168.20.49, vlan: public}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let network = subject.blueprint.network
    let names = network.vlans.map(\.name)
    let uses = subject.blueprint.nodes.flatMap { node in (node.talos?.vlans ?? []).map { (node.name, $0.vlan) } }
    let ofNodes: [Diagnostic] = uses.compactMap { node, vlan in
      guard !names.contains(vlan.value) else { return nil }
      return problem(
        "node '\(node)' is on the VLAN '\(vlan.value)', which the file does not have", at: vlan.span,
        fix: didYouMean(vlan.value, among: names) ?? "add it to 'network.vlans' with its number and networks")
    }
    return ofNodes
      + network.pools.compactMap { pool in
        guard let vlan = pool.vlan, !names.contains(vlan.value) else { return nil }
        return problem(
          "pool '\(pool.name)' is on the VLAN '\(vlan.value)', which the file does not have", at: vlan.span,
          fix: didYouMean(vlan.value, among: names) ?? "add it to 'network.vlans' with its number and networks")
      }
  }
}
