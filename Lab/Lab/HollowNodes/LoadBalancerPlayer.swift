import JSON
import Kubernetes

/// Gives Services of type LoadBalancer an address, as MetalLB or Cilium do.
struct LoadBalancerPlayer: Sendable {
  let lab: LabClient
  let prefix: String

  /// Where a Service says which address it wants.
  private static let annotations = [
    "metallb.io/loadBalancerIPs", "metallb.universe.tf/loadBalancerIPs", "lbipam.cilium.io/ips",
    "io.cilium/lb-ipam-ips",
    "kube-vip.io/loadbalancerIPs",
  ]

  func run() async throws {
    let resource = try await lab.resource("", "Service")
    var given: [String: [String]] = [:]
    try await lab.follow(resource) { change in
      switch change {
      case .gone(let service): given[service.uid ?? ""] = nil
      case .present(let service):
        guard service.json[path: "spec", "type"] == "LoadBalancer", !service.isBeingDeleted, let uid = service.uid
        else { return }
        let current = (service.json[path: "status", "loadBalancer", "ingress"]?.array ?? []).compactMap {
          $0["ip"]?.string
        }
        let asked = asked(by: service)
        let addresses = !asked.isEmpty ? asked : !current.isEmpty ? current : [free(given)]
        given[uid] = addresses
        guard addresses != current else { return }
        let ingress = addresses.map { ["ip": .string($0)] as JSON }
        try await lab.patchStatus(resource, service, ["loadBalancer": ["ingress": .array(ingress)]])
      }
    }
  }

  private func asked(by service: Object) -> [String] {
    if let address = service.json[path: "spec", "loadBalancerIP"]?.string, !address.isEmpty { return [address] }
    let text = Self.annotations.lazy.compactMap { service.annotation($0) }.first ?? ""
    return text.split { $0 == "," || $0 == " " }.map(String.init)
  }

  private func free(_ given: [String: [String]]) -> String {
    let taken = Set(given.values.joined())
    return (40...250).lazy.map { "\(prefix).\($0)" }.first { !taken.contains($0) } ?? "\(prefix).251"
  }
}

/// Gives every Ingress the address of an ingress controller.
struct IngressPlayer: Sendable {
  let lab: LabClient
  let address: String

  func run() async throws {
    let resource = try await lab.resource("networking.k8s.io", "Ingress")
    try await lab.follow(resource) { change in
      guard case .present(let ingress) = change,
        (ingress.json[path: "status", "loadBalancer", "ingress"]?.array ?? []).isEmpty
      else { return }
      try await lab.patchStatus(resource, ingress, ["loadBalancer": ["ingress": [["ip": .string(address)]]]])
    }
  }
}
