import YAML

extension Shape where Value == NetworkSpec {
  static var network: Shape {
    section("network") { reader in
      var network = NetworkSpec()
      network.nodes = reader.optional("nodes", .oneOrMany(.located(.cidr))) ?? []
      network.pods = reader.optional("pods", .oneOrMany(.located(.cidr))) ?? []
      network.services = reader.optional("services", .oneOrMany(.located(.cidr))) ?? []
      network.router = reader.optional("router", .located(.address))
      network.controlPlaneVIP = reader.optional("controlPlaneVIP", .located(.address))
      network.pools = reader.optional("pools", .pools) ?? []
      return network
    }
  }
}

extension Shape where Value == [AddressPool] {
  fileprivate static var pools: Shape {
    let ranges = Shape<[Located<AddressRange>]>.oneOrMany(.located(.range))
    return map("a mapping of pools: a name, and \(Shape<AddressRange>.range.expected)") { entry, problems in
      entry.checkLabel("the name of a pool", problems)
      return ranges.read(entry.value, problems).map { AddressPool(name: entry.key, ranges: $0, span: entry.keySpan) }
    }
  }
}
