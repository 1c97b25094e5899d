import Blueprint
public import Diagnostics

public enum NodeAddressOutside: Rule {
  public static let about = About(
    "CR0407", "A node's address is outside the node networks",
    why: "`network.nodes` says which networks the machines are on; a node elsewhere is a slip in one of the two.",
    broken: """
      network:
        nodes: [192.168.14.0/26]
      nodes:
        - name: cow
          role: control-plane
          addresses: [192.168.41.11]
      """,
    mended: """
      network:
        nodes: [192.168.14.0/26]
      nodes:
        - name: cow
          role: control-plane
          addresses: [192.168.14.11]
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let blueprint = subject.blueprint
    guard !blueprint.network.nodes.isEmpty else { return [] }
    return blueprint.nodeAddresses.filter { blueprint.nodeNetwork(of: $0.address) == nil }.map { node in
      problem(
        "\(node.owner) has the address \(node.address), which is in none of the node networks", at: node.span,
        related: blueprint.network.nodes.map { .init("node network \($0.value)", at: $0.span) },
        fix: "correct the address, or add its network to 'network.nodes'")
    }
  }
}
