import Blueprint
public import Diagnostics

public enum HostFirewallOff: Rule {
  public static let about = About(
    "CR0431", "The hosts filter no packets", .note,
    why: """
      Without a firewall of its own a node answers on every port to everybody who can reach it: the kubelet (10250),
      the API (6443), etcd (2379 and 2380, certificates required), node ports (30000 to 32767), and whatever else runs
      there. The cluster's network policies concern pods, not nodes.
      """,
    broken: """
      network:
        hostFirewall: false
      """,
    mended: """
      network:
        hostFirewall: true
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    guard let firewall = subject.blueprint.network.hostFirewall, !firewall.value else { return [] }
    return [
      problem(
        "the hosts filter no packets: the kubelet, the API, node ports and SSH of every node answer to whoever reaches it",
        at: firewall.span, fix: "write true, or keep strangers off the nodes' network in the router")
    ]
  }
}
