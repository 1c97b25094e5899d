import Blueprint
public import Diagnostics

public enum RepeatedMAC: Rule {
  public static let about = About(
    "CR0901", "Two nodes have one MAC address",
    why: """
      A MAC address belongs to one network interface. Where two nodes have the same one, the wrong machine is woken or
      installed.
      """,
    broken: """
      nodes:
        - {name: cow, role: control-plane, hardware: {mac: "6c:4b:90:11:22:33"}}
        - {name: duck, role: worker, hardware: {mac: "6C:4B:90:11:22:33"}}
      """,
    mended: """
      nodes:
        - {name: cow, role: control-plane, hardware: {mac: "6c:4b:90:11:22:33"}}
        - {name: duck, role: worker, hardware: {mac: "6c:4b:90:11:22:34"}}
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    var first: [String: (node: String, span: SourceSpan)] = [:]
    var found: [Diagnostic] = []
    for node in subject.blueprint.nodes {
      for mac in [node.hardware.mac, node.power.wake].compactMap({ $0 }) {
        if let other = first[mac.value], other.node != node.name {
          found.append(
            problem(
              "node '\(node.name)' has the MAC address \(mac.value) of node '\(other.node)'", at: mac.span,
              related: [.init("of node '\(other.node)'", at: other.span)],
              fix: "'ip link' on the machine shows its own"))
        } else {
          first[mac.value] = (node.name, mac.span)
        }
      }
    }
    return found
  }
}
