import Blueprint
public import Diagnostics

public enum TalosLinkUnknown: Rule {
  public static let about = About(
    "CR0925", "A Talos node whose interface is not known",
    why: """
      Talos announces the control plane's VIP on one interface, and puts VLANs on it. Croft cannot see which it is: the
      file has to name it, or its MAC address.
      """,
    broken: """
      kubernetes: {distribution: talos, version: v1.36.3}
      network: {nodes: 10.0.50.0/24, controlPlaneVIP: 10.0.50.50}
      nodes:
        - {name: control0, role: control-plane, addresses: [10.0.50.1], hardware: {interface: eno1}}
        - {name: control1, role: control-plane, addresses: [10.0.50.2], hardware: {interface: eno1}}
        - {name: control2, role: control-plane, addresses: [10.0.50.3]}
      """,
    mended: """
      kubernetes: {distribution: talos, version: v1.36.3}
      network: {nodes: 10.0.50.0/24, controlPlaneVIP: 10.0.50.50}
      nodes:
        - {name: control0, role: control-plane, addresses: [10.0.50.1], hardware: {interface: eno1}}
        - {name: control1, role: control-plane, addresses: [10.0.50.2], hardware: {interface: eno1}}
        - {name: control2, role: control-plane, addresses: [10.0.50.3], hardware: {mac: "6c:4b:90:11:22:33"}}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let blueprint = subject.blueprint
    return blueprint.nodes.compactMap { node in
      guard blueprint.system(of: node) == .talos, node.hardware.interface == nil, node.hardware.mac == nil,
        node.talos?.bond == nil
      else { return nil }
      let fix = "add 'hardware: {interface: eno1}' or 'hardware: {mac: …}' to '\(node.name)', or a 'talos.bond'"
      if node.role == .controlPlane, let vip = blueprint.network.controlPlaneVIP {
        return problem(
          "nothing says which interface of '\(node.name)' can carry the VIP", at: node.span,
          related: [.init("the VIP", at: vip.span)], fix: fix)
      }
      guard let vlan = node.talos?.vlans.first else { return nil }
      return problem(
        "nothing says which interface of '\(node.name)' the VLAN '\(vlan.vlan.value)' is on", at: vlan.vlan.span,
        related: [.init("the node", at: node.span)], fix: fix)
    }
  }
}
