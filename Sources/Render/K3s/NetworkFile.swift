import Blueprint
import Diagnostics

/// The fixed addresses of a machine.
struct NetworkFile {
  let blueprint: Blueprint
  let node: NodeSpec
  let interface: String

  /// `nil` where nothing says which interface the addresses are on.
  /// - Parameter interface: the one that was found, where the cluster file names none.
  init?(blueprint: Blueprint, node: NodeSpec, interface: String? = nil) {
    guard !node.addresses.isEmpty, let interface = interface ?? node.hardware.interface else { return nil }
    self.interface = interface
    self.blueprint = blueprint
    self.node = node
  }

  func file(below root: String, for manager: NetworkManager) -> RenderedFile {
    switch manager {
    case .networkManager: connection(below: root)
    case .networkd: network(below: root)
    }
  }

  /// https://networkmanager.dev/docs/api/latest/nm-settings-keyfile.html
  private func connection(below root: String) -> RenderedFile {
    var lines = [
      "[connection]", "id=croft", "type=ethernet", "interface-name=\(interface)",
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

  /// https://www.freedesktop.org/software/systemd/man/latest/systemd.network.html
  private func network(below root: String) -> RenderedFile {
    let addresses = node.addresses.map(\.value)
    var lines = ["[Match]", "Name=\(interface)", "", "[Network]"]
    let automatic = [(IPAddress.Family.v4, "ipv4"), (.v6, "ipv6")].filter { family, _ in
      !addresses.contains { $0.family == family }
    }
    lines.append("DHCP=\(automatic.count == 1 ? automatic[0].1 : "no")")
    for address in addresses { lines.append("Address=\(address)/\(blueprint.network.prefixLength(of: address))") }
    if let router = blueprint.network.router?.value, addresses.contains(where: { $0.family == router.family }) {
      lines.append("Gateway=\(router)")
    }
    lines += blueprint.network.dns.map { "DNS=\($0.value)" }
    return RenderedFile("\(root)/etc/systemd/network/10-croft.network", lines: lines)
  }
}

extension NetworkSpec {
  /// The length of the network's prefix that an address of a machine is in.
  func prefixLength(of address: IPAddress) -> Int {
    let network = nodes.first { $0.value.contains(address) }
    return network?.value.prefix ?? (address.family == .v4 ? 24 : 64)
  }
}
