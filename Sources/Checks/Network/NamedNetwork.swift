import Blueprint
import Diagnostics

/// A network of the file with the name of the list it stands in.
struct NamedNetwork {
  var list: String
  var cidr: CIDR
  var span: SourceSpan
}

/// A single address of the file and whose it is: `the router`, `node 'cow'`.
struct NamedAddress {
  var owner: String
  var address: IPAddress
  var span: SourceSpan
}

extension Blueprint {
  /// The networks that nodes, pods and Services live in, in the order of the file's keys.
  var networks: [NamedNetwork] {
    func named(_ list: String, _ networks: [Located<CIDR>]) -> [NamedNetwork] {
      networks.map { NamedNetwork(list: list, cidr: $0.value, span: $0.span) }
    }
    return named("nodes", network.nodes) + clusterNetworks
  }

  /// The networks inside the cluster: those of pods and Services.
  var clusterNetworks: [NamedNetwork] {
    network.pods.map { NamedNetwork(list: "pods", cidr: $0.value, span: $0.span) }
      + network.services.map { NamedNetwork(list: "services", cidr: $0.value, span: $0.span) }
  }

  var routerAndVIP: [NamedAddress] {
    [
      network.router.map { NamedAddress(owner: "the router", address: $0.value, span: $0.span) },
      network.controlPlaneVIP.map { NamedAddress(owner: "the control-plane VIP", address: $0.value, span: $0.span) },
    ].compactMap { $0 }
  }

  var nodeAddresses: [NamedAddress] {
    nodes.flatMap { node in
      node.addresses.map { NamedAddress(owner: "node '\(node.name)'", address: $0.value, span: $0.span) }
    }
  }

  /// The node network that an address is in.
  func nodeNetwork(of address: IPAddress) -> Located<CIDR>? { network.nodes.first { $0.value.contains(address) } }

  /// Node networks of one family; an address can only be judged by those.
  func nodeNetworks(_ family: IPAddress.Family) -> [Located<CIDR>] {
    network.nodes.filter { $0.value.address.family == family }
  }
}
