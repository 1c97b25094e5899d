import Blueprint
public import Diagnostics

public enum UnusableAddress: Rule {
  public static let about = About(
    "CR0413", "A machine has the address of its whole network",
    why: """
      The first address of a network names the network and the last of an IPv4 network is its broadcast address (RFC 919);
      in IPv6 the first belongs to all routers (RFC 4291). No machine can have them. Networks of two addresses, /31 and
      /127, are the exception.
      """,
    broken: """
      network:
        nodes: [192.168.14.0/26]
      nodes:
        - name: cow
          role: control-plane
          addresses: [192.168.14.63]
      """,
    mended: """
      network:
        nodes: [192.168.14.0/26]
      nodes:
        - name: cow
          role: control-plane
          addresses: [192.168.14.62]
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    let blueprint = subject.blueprint
    return (blueprint.routerAndVIP + blueprint.nodeAddresses).compactMap { owner in
      guard let network = blueprint.nodeNetwork(of: owner.address),
        network.value.prefix < network.value.address.width - 1
      else { return nil }
      let range = network.value.range
      let meaning: String
      switch owner.address {
      case range.first:
        meaning = network.value.address.width == 32 ? "the network itself" : "all routers of the network"
      case range.last where network.value.address.width == 32: meaning = "the broadcast address"
      default: return nil
      }
      return problem(
        "\(owner.owner) has the address \(owner.address), which is \(meaning) in \(network.value)", at: owner.span,
        related: [.init("the network", at: network.span)], fix: "choose an address between the first and the last")
    }
  }
}
