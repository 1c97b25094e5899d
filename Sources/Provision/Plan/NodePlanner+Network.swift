import Blueprint
import Render

extension NodePlanner {
  mutating func network() {
    guard !node.addresses.isEmpty, node.hardware.interface != nil || node.hardware.mac != nil else { return }
    guard let interfaces = need(facts.interfaces, .network, for: "its interfaces", "install iproute2"),
      let interface = interface(among: interfaces),
      let units = need(facts.units, .network, for: "what runs its network", "start the machine with systemd"),
      let files = need(facts.files, .network, for: "its files", "install coreutils")
    else { return }
    let missing = missingAddresses(on: interface)
    let manager = NetworkManager.allCases.first { units["\($0.rawValue).service"]?.isActive ?? false }
    guard let manager else {
      if missing.isEmpty { return }
      refuse(
        .network,
        "\(interface.name) lacks \(missing.joined(separator: ", ")), and neither NetworkManager nor systemd-networkd runs",
        "start one of the two there, or set the address where the machine's network is set up")
      return
    }
    guard let rendered = desired.rendered.addresses(for: manager, on: interface.name) else { return }
    let file = DesiredFile(
      rendered, mode: manager == .networkManager ? "0600" : "0644", stage: .network)
    let difference = difference(file, in: files) ?? pending("network")
    if difference == nil, missing.isEmpty { return }
    let addresses = node.addresses.map { "\($0.value)" }
    add(
      .network,
      .setNetwork(file, manager: manager.rawValue, addresses: addresses, interface: interface.name),
      "fix \(addresses.joined(separator: ", ")) on \(interface.name)",
      observed: missing.isEmpty
        ? "\(file.path) \(difference ?? "")" : "\(interface.name) has \(Self.describe(interface))",
      impact: [.revertsByItself])
  }

  private static func describe(_ interface: HostFacts.Interface) -> String {
    let addresses = interface.addresses.filter { !$0.address.hasPrefix("fe80:") }.map(\.address)
    return addresses.isEmpty ? "no address" : addresses.joined(separator: ", ")
  }

  private func missingAddresses(on interface: HostFacts.Interface) -> [String] {
    let there = interface.addresses.compactMap { found in
      (try? IPAddress(parsing: found.address)).map { (address: $0, prefix: found.prefix, isDynamic: found.isDynamic) }
    }
    return node.addresses.map(\.value).filter { wanted in
      !there.contains {
        $0.address == wanted && $0.prefix == desired.rendered.prefixLength(of: wanted) && !$0.isDynamic
      }
    }.map { "\($0)" }
  }

  private mutating func interface(among interfaces: [HostFacts.Interface]) -> HostFacts.Interface? {
    let others = interfaces.filter { $0.name != "lo" && !$0.mac.isEmpty }
    let list = others.prefix(8).map { "\($0.name) (\($0.mac))" }.joined(separator: ", ")
    if let name = node.hardware.interface {
      guard let found = interfaces.first(where: { $0.name == name }) else {
        refuse(.network, "there is no interface \(name)", "write one that is there: \(list)")
        return nil
      }
      if let mac = node.hardware.mac?.value, found.mac != mac {
        refuse(
          .network, "\(name) has the MAC address \(found.mac), and the cluster file says \(mac)",
          "correct 'hardware', or the address: this may be another machine")
        return nil
      }
      return found
    }
    let mac = node.hardware.mac?.value ?? ""
    guard let found = interfaces.first(where: { $0.mac == mac }) else {
      refuse(.network, "no interface has the MAC address \(mac)", "write one that is there: \(list)")
      return nil
    }
    return found
  }

  // MARK: Kubernetes

  mutating func kubernetes() {
    guard let distribution = desired.blueprint.kubernetes?.distribution, [.k3s, .upstream].contains(distribution),
      let files = need(facts.files, .kubernetes, for: "its files", "install coreutils"),
      let units = need(facts.units, .kubernetes, for: "its units", "start the machine with systemd")
    else { return }
    let running = Self.k3sUnits.first { units[$0]?.isOn ?? false }
    for file in desired.kubernetesFiles {
      guard let difference = difference(file, in: files) else { continue }
      add(
        .kubernetes, .writeFile(file, then: .nothing), "write \(file.path)", observed: difference,
        impact: running.map { [.restarts($0)] } ?? [])
    }
    guard !Self.k3sUnits.contains(where: { units[$0]?.isActive ?? false }), distribution == .k3s,
      let listeners = facts.listeners.value
    else { return }
    for listener in listeners {
      // A k3s that is only starting, or ending, has its own ports.
      guard let use = ports[listener.port], !Self.k3sUnits.contains(listener.unit ?? "") else { continue }
      refuse(
        .kubernetes,
        "the port \(listener.port), which \(use) needs, is taken" + (listener.program.map { " by \($0)" } ?? ""),
        "stop what listens there: 'ss -ltnp sport = :\(listener.port)' shows it")
    }
  }
}
