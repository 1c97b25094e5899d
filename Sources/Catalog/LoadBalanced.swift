package import Blueprint

/// Options of a component that is reached at an address of the home network.
package protocol LoadBalanced: ComponentOptions {
  var pool: Located<String>? { get }
  var address: Located<IPAddress>? { get }
}

extension MappingReader {
  /// The two keys that say where a component is reached.
  mutating func poolAndAddress() -> (pool: Located<String>?, address: Located<IPAddress>?) {
    let pool = optional("pool", .located(.label("the name of a pool")), "The pool its address is from.")
    let address = optional("address", .located(.address), "The very address that it is reached at.")
    return (pool, address)
  }
}

extension ComponentContext {
  /// What a Service of type LoadBalancer carries so that whoever hands out addresses gives it the right one.
  /// - Parameter sharing: a word that Services carry which share one address.
  func loadBalancer(
    _ options: some LoadBalanced, sharing: String? = nil
  ) -> (annotations: [String: String], labels: [String: String]) {
    var annotations: [String: String] = [:]
    if has("metallb") {
      // https://metallb.io/usage/
      annotations["metallb.io/loadBalancerIPs"] = options.address.map { "\($0.value)" }
      annotations["metallb.io/address-pool"] = options.pool?.value
      annotations["metallb.io/allow-shared-ip"] = sharing
      return (annotations, [:])
    }
    // https://docs.cilium.io/en/stable/network/lb-ipam/ – Cilium picks the pool by the Service's labels.
    annotations["lbipam.cilium.io/ips"] = options.address.map { "\($0.value)" }
    annotations["lbipam.cilium.io/sharing-key"] = sharing
    let pool = options.pool?.value ?? options.address.flatMap { poolHolding($0.value)?.name }
    return (annotations, pool.map { ["croft.dev/pool": $0] } ?? [:])
  }

  private func poolHolding(_ address: IPAddress) -> AddressPool? {
    blueprint.network.pools.first { $0.ranges.contains { $0.value.contains(address) } }
  }
}

/// An address that a component of the platform is to be reached at, or the pool that it is to come from.
package struct AddressWish: Sendable {
  /// The component's release.
  package var owner: String
  package var pool: Located<String>?
  package var address: Located<IPAddress>?
}

/// What the components of a cluster wish for, in the order of the file.
package func addressWishes(of blueprint: Blueprint) -> [AddressWish] {
  blueprint.components.compactMap { use in
    (use.options as? any LoadBalanced).map { AddressWish(owner: use.name, pool: $0.pool, address: $0.address) }
  }
}
