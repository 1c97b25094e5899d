import Blueprint
public import Diagnostics

public enum RouterAddressTaken: Rule {
  public static let about = About(
    "CR0412", "A node has the router's address",
    why: "A node with the address of the router takes the whole network off line.",
    broken: """
      network:
        router: 192.168.14.1
      nodes:
        - name: cow
          role: control-plane
          addresses: [192.168.14.1]
      """,
    mended: """
      network:
        router: 192.168.14.1
      nodes:
        - name: cow
          role: control-plane
          addresses: [192.168.14.11]
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    guard let router = subject.blueprint.network.router else { return [] }
    return subject.blueprint.nodeAddresses.filter { $0.address == router.value }.map { node in
      problem(
        "\(node.owner) has the address of the router, \(router.value)", at: node.span,
        related: [.init("the router", at: router.span)], fix: "give \(node.owner) an address of its own")
    }
  }
}
