import Blueprint
import Catalog
public import Diagnostics

public enum NobodyAnswers: Rule {
  public static let about = About(
    "CR0433", "No node can answer for an address", .warning,
    why: """
      The control-plane VIP, and the addresses of a pool, are answered for by a node that is on their network (ARP and
      neighbour discovery do not leave it). Where the nodes' addresses are known and none is there, nobody answers. A pool
      on a VLAN is a note: the interfaces of a machine may have more networks than its file says.
      """,
    broken: """
      network:
        nodes: [192.168.14.0/24, 192.168.15.0/24]
        controlPlaneVIP: 192.168.15.10
      nodes:
        - {name: cow, role: control-plane, addresses: [192.168.14.11]}
        - {name: sheep, role: control-plane, addresses: [192.168.14.12]}
        - {name: duck, role: control-plane, addresses: [192.168.14.13]}
      """,
    mended: """
      network:
        nodes: [192.168.14.0/24, 192.168.15.0/24]
        controlPlaneVIP: 192.168.14.10
      nodes:
        - {name: cow, role: control-plane, addresses: [192.168.14.11]}
        - {name: sheep, role: control-plane, addresses: [192.168.14.12]}
        - {name: duck, role: control-plane, addresses: [192.168.14.13]}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let blueprint = subject.blueprint
    var found: [Diagnostic] = []
    if let vip = blueprint.network.controlPlaneVIP, let home = blueprint.nodeNetwork(of: vip.value),
      let server = blueprint.servers.first, blueprint.servers.allSatisfy({ !$0.addresses.isEmpty }),
      !blueprint.servers.contains(where: { $0.isOn(home.value) })
    {
      found.append(
        problem(
          "no server is on \(home.value), the network of the control-plane VIP \(vip.value)", at: vip.span,
          related: [.init("the network", at: home.span), .init("the first server", at: server.span)],
          fix: "choose an address in a network that the servers are on, or give them one there"))
    }
    // With BGP the router is told where an address is.
    guard subject.announcesOnTheWire, !blueprint.nodes.isEmpty,
      blueprint.nodes.allSatisfy({ !$0.addresses.isEmpty })
    else { return found }
    for pool in blueprint.network.pools {
      guard let name = pool.vlan, let vlan = blueprint.network.vlans.first(where: { $0.name == name.value }),
        !blueprint.nodes.contains(where: { node in
          vlan.networks.contains { node.isOn($0.value) }
            || node.talos?.vlans.contains { $0.vlan.value == name.value } == true
        })
      else { continue }
      found.append(
        problem(
          "pool '\(pool.name)' is announced on the VLAN '\(name.value)', and no node has an address there",
          at: name.span,
          .note, related: [.init("the VLAN", at: vlan.span)],
          fix: "see that nodes have an interface in VLAN \(vlan.id), and write their addresses there into 'addresses'"))
    }
    return found
  }
}

extension NodeSpec {
  fileprivate func isOn(_ network: CIDR) -> Bool { addresses.contains { network.contains($0.value) } }
}

extension Subject {
  /// Whether pools are announced by ARP and neighbour discovery.
  fileprivate var announcesOnTheWire: Bool { parts.contains { ["metallb", "cilium"].contains($0.about.name) } }
}
