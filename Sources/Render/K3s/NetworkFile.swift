import Blueprint
import Diagnostics

/// The fixed addresses of a machine, as a connection of NetworkManager.
/// https://networkmanager.dev/docs/api/latest/nm-settings-keyfile.html
struct NetworkFile {
  let blueprint: Blueprint
  let node: NodeSpec

  /// `nil` where nothing says which interface the addresses are on.
  init?(blueprint: Blueprint, node: NodeSpec) {
    guard !node.addresses.isEmpty, node.hardware.interface != nil else { return nil }
    self.blueprint = blueprint
    self.node = node
  }

  func file(below root: String) -> RenderedFile {
    var lines = [
      "[connection]", "id=croft", "type=ethernet", "interface-name=\(node.hardware.interface ?? "")",
      "autoconnect-priority=100", "",
    ]
    for (family, section) in [(IPAddress.Family.v4, "ipv4"), (.v6, "ipv6")] {
      lines.append("[\(section)]")
      let addresses = node.addresses.map(\.value).filter { $0.family == family }
      if addresses.isEmpty {
        lines += ["method=auto", ""]
        continue
      }
      lines.append("method=manual")
      for (index, address) in addresses.enumerated() {
        lines.append("address\(index + 1)=\(address)/\(blueprint.network.prefixLength(of: address))")
      }
      if let router = blueprint.network.router?.value, router.family == family { lines.append("gateway=\(router)") }
      let servers = blueprint.network.dns.map(\.value).filter { $0.family == family }
      if !servers.isEmpty { lines.append("dns=" + servers.map { "\($0);" }.joined()) }
      lines.append("")
    }
    return RenderedFile(
      "\(root)/etc/NetworkManager/system-connections/croft.nmconnection", lines: Array(lines.dropLast()))
  }
}

extension NetworkSpec {
  /// The length of the network's prefix that an address of a machine is in.
  func prefixLength(of address: IPAddress) -> Int {
    let network = nodes.first { $0.value.contains(address) }
    return network?.value.prefix ?? (address.family == .v4 ? 24 : 64)
  }
}
