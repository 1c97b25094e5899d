import Diagnostics
import JSON
import YAML

extension Shape where Value == NetworkSpec {
  static var network: Shape {
    section("network", explain: "network") { reader in
      var network = NetworkSpec()
      let networks = Shape<[Located<CIDR>]>.oneOrMany(.located(.cidr))
      network.nodes = reader.optional("nodes", networks, "The network of the machines, of each address family.") ?? []
      network.pods = reader.optional("pods", networks, "Where pods get their addresses.") ?? []
      network.services = reader.optional("services", networks, "Where Services get their addresses.") ?? []
      network.router = reader.optional("router", .located(.address), "The machines' default gateway.")
      network.controlPlaneVIP = reader.optional(
        "controlPlaneVIP", .located(.address), "One address for the API of several servers.")
      network.pools =
        reader.optional("pools", .pools, "Addresses for Services of type LoadBalancer, by the name of the pool.") ?? []
      network.dhcp =
        reader.optional("dhcp", .oneOrMany(.located(.range)), "What the router hands out: nothing else may lie in it.")
        ?? []
      network.vlans = reader.optional("vlans", .vlans, "Networks that the router keeps apart, by name.") ?? []
      network.vpn = reader.optional("vpn", networks, "Networks of clients that come in through a VPN.") ?? []
      network.dns =
        reader.optional("dns", .oneOrMany(.located(.address)), "Servers for names outside the cluster.") ?? []
      network.podMaskIPv6 = reader.optional(
        "podMaskIPv6", .whole(64...124, "a prefix length"),
        "How large a part of the pods' IPv6 network each node gets.", byDefault: 64)
      network.hostFirewall = reader.optional(
        "hostFirewall", .located(.truth), "Whether the hosts filter packets themselves.", byDefault: false)
      return network
    }
  }
}

extension Shape where Value == [AddressPool] {
  fileprivate static var pools: Shape {
    let ranges = Shape<[Located<AddressRange>]>.oneOrMany(.located(.range))
    let full = Shape<(ranges: [Located<AddressRange>], vlan: Located<String>?)>.section("a pool") { reader in
      let addresses = reader.required("ranges", ranges, "Its addresses.")
      let vlan = reader.optional("vlan", .located(.label("a VLAN")), "The VLAN that they are announced on.")
      return addresses.map { ($0, vlan) }
    }
    return map(
      "a mapping of pools: a name, and \(Shape<AddressRange>.range.expected)", names: Schema.label(),
      values: { ["anyOf": [ranges.schema(), full.schema()]] }
    ) { entry, problems in
      entry.checkLabel("the name of a pool", problems)
      if case .mapping = entry.value.content {
        return full.read(entry.value, problems).map {
          AddressPool(name: entry.key, ranges: $0.ranges, vlan: $0.vlan, span: entry.keySpan)
        }
      }
      return ranges.read(entry.value, problems).map { AddressPool(name: entry.key, ranges: $0, span: entry.keySpan) }
    }
  }
}

extension Shape where Value == [VLAN] {
  fileprivate static var vlans: Shape {
    let vlan = Shape<(id: Int, networks: [Located<CIDR>])>.section("a VLAN") { reader in
      let id = reader.required("id", .whole(1...4094, "the number of a VLAN"), "Its number (IEEE 802.1Q).")
      let networks = reader.required("networks", .oneOrMany(.located(.cidr)), "Its networks.")
      guard let id, let networks else { return nil }
      return (id, networks)
    }
    return map("a mapping of VLANs by name", names: Schema.label(), values: vlan.schema) { entry, problems in
      entry.checkLabel("the name of a VLAN", problems)
      return vlan.read(entry.value, problems).map {
        VLAN(name: entry.key, id: $0.id, networks: $0.networks, span: entry.keySpan)
      }
    }
  }
}
