import Blueprint

extension Blueprint {
  /// The addresses that Services of image releases ask a load balancer for.
  var serviceAddresses: [NamedAddress] {
    workloads.compactMap { release, workload in
      guard workload.service.type == .loadBalancer, let text = workload.service.address,
        let address = try? IPAddress(parsing: text)
      else { return nil }
      return NamedAddress(owner: "'\(release.name)'", address: address, span: workload.place(of: "service"))
    }
  }
}
