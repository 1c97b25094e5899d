import Blueprint
import Catalog
public import Diagnostics

public enum VPNOverlaps: Rule {
  public static let about = About(
    "CR0428", "A VPN overlaps a network of the cluster",
    why: """
      A client that comes in through the VPN has an address of `network.vpn`, or of the `networks` of wireguard. Where
      nodes, pods or Services have the same addresses, the answers never find their way back.
      """,
    broken: """
      network:
        nodes: [192.168.14.0/24]
        pods: [10.42.0.0/16]
        vpn: 10.42.100.0/24
      """,
    mended: """
      network:
        nodes: [192.168.14.0/24]
        pods: [10.42.0.0/16]
        vpn: 10.0.100.0/24
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let blueprint = subject.blueprint
    let own = subject.parts.flatMap { ($0.use.options as? WireGuard.Options)?.networks ?? [] }
    return (blueprint.network.vpn + own).flatMap { vpn in
      blueprint.networks.filter { $0.cidr.overlaps(vpn.value) }.map { other in
        problem(
          "the VPN network \(vpn.value) overlaps \(other.cidr) of '\(other.list)'", at: vpn.span,
          related: [.init("the network of '\(other.list)'", at: other.span)],
          fix: "give VPN clients addresses of their own")
      }
    }
  }
}
