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

  private func addresses(_ family: IPAddress.Family) -> [IPAddress] {
    node.addresses.map(\.value).filter { $0.family == family }
  }

  /// Where packets to elsewhere go; `nil` where the network has to say, which it then goes on being asked for.
  private func router(_ family: IPAddress.Family) -> IPAddress? {
    guard let router = blueprint.network.router?.value, router.family == family, !addresses(family).isEmpty else {
      return nil
    }
    return router
  }

  /// A machine that asks its network nothing has to be told whom to ask for names: the router, at home.
  private var dns: [IPAddress] {
    let servers = blueprint.network.dns.map(\.value)
    return servers.isEmpty ? [IPAddress.Family.v4, .v6].compactMap(router) : servers
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
      let router = router(family)
      lines.append("method=\(router == nil ? "auto" : "manual")")
      for (index, address) in addresses(family).enumerated() {
        lines.append("address\(index + 1)=\(address)/\(blueprint.network.prefixLength(of: address))")
      }
      if let router { lines.append("gateway=\(router)") }
      let servers = dns.filter { $0.family == family }
      if !servers.isEmpty { lines.append("dns=" + servers.map { "\($0);" }.joined()) }
      lines.append("")
    }
    return RenderedFile(
      "\(root)/etc/NetworkManager/system-connections/croft.nmconnection", lines: Array(lines.dropLast()))
  }

  /// https://www.freedesktop.org/software/systemd/man/latest/systemd.network.html
  private func network(below root: String) -> RenderedFile {
    var lines = ["[Match]", "Name=\(interface)", "", "[Network]"]
    let families: [(IPAddress.Family, String)] = [(.v4, "ipv4"), (.v6, "ipv6")]
    let automatic = families.filter { router($0.0) == nil }.map(\.1)
    lines.append("DHCP=\(automatic.count == 2 ? "yes" : automatic.first ?? "no")")
    for address in node.addresses.map(\.value) {
      lines.append("Address=\(address)/\(blueprint.network.prefixLength(of: address))")
    }
    lines += families.compactMap { router($0.0) }.map { "Gateway=\($0)" }
    lines += dns.map { "DNS=\($0)" }
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
