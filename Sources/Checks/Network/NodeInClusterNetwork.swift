import Blueprint
public import Diagnostics

public enum NodeInClusterNetwork: Rule {
  public static let about = About(
    "CR0425", "A machine has an address of the pod or Service network",
    why: """
      Addresses of `network.pods` and `network.services` exist only inside the cluster. A node, router or VIP with one of
      them cannot be reached from pods.
      """,
    broken: """
      network:
        pods: [10.42.0.0/16]
        services: [10.43.0.0/16]
      nodes:
        - name: cow
          role: control-plane
          addresses: [10.42.0.11]
      """,
    mended: """
      network:
        pods: [10.42.0.0/16]
        services: [10.43.0.0/16]
      nodes:
        - name: cow
          role: control-plane
          addresses: [192.168.14.11]
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let blueprint = subject.blueprint
    // Inside a node network, the overlap of the networks is the mistake.
    return (blueprint.routerAndVIP + blueprint.nodeAddresses)
      .filter { blueprint.nodeNetwork(of: $0.address) == nil }
      .flatMap { owner in
        blueprint.clusterNetworks.filter { $0.cidr.contains(owner.address) }.map { network in
          problem(
            "\(owner.owner) has the address \(owner.address), which lies in \(network.cidr) of 'network.\(network.list)'",
            at: owner.span, related: [.init("the network of \(network.list)", at: network.span)],
            fix: "choose other networks for pods and Services, or another address")
        }
      }
  }
}
