import Blueprint
public import Diagnostics

public enum RouterOutside: Rule {
  public static let about = About(
    "CR0409", "The router is outside the node networks",
    why: "Nodes reach their router directly, so it must have an address on a network that they are on.",
    broken: """
      network:
        nodes: [192.168.14.0/26]
        router: 192.168.15.1
      """,
    mended: """
      network:
        nodes: [192.168.14.0/26]
        router: 192.168.14.1
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let blueprint = subject.blueprint
    guard let router = blueprint.network.router, !blueprint.network.nodes.isEmpty,
      blueprint.nodeNetwork(of: router.value) == nil
    else { return [] }
    return [
      problem(
        "the router \(router.value) is in none of the node networks", at: router.span,
        related: blueprint.network.nodes.map { .init("node network \($0.value)", at: $0.span) },
        fix: "correct the address, or add its network to 'network.nodes'")
    ]
  }
}
