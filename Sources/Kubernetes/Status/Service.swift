import JSON

extension Object {
  /// A Service of type LoadBalancer is ready when it has an address; others as soon as they exist.
  func serviceReadiness() -> Readiness {
    guard json["spec"]?["type"]?.string == "LoadBalancer" else { return .ready }
    if json["spec"]?["clusterIP"]?.string ?? "" == "" {
      return .progressing(Blocker("NoIPAssigned", "it has no cluster IP yet"))
    }
    if hasLoadBalancerAddress { return .ready }
    // Load balancers may say why, as Cilium's does with `cilium.io/IPAMRequestSatisfied`.
    if let refusal = conditions.first(where: \.isFalse) { return .progressing(refusal.blocker) }
    let implementation = json["spec"]?["loadBalancerClass"]?.string.map { " (class \($0))" } ?? ""
    return .progressing(Blocker("NoLoadBalancerAddress", "no load balancer\(implementation) has given it an address"))
  }

  /// Whether `status.loadBalancer.ingress` holds an IP address or a host name.
  var hasLoadBalancerAddress: Bool {
    (json["status"]?["loadBalancer"]?["ingress"]?.array ?? []).contains {
      !($0["ip"]?.string ?? "").isEmpty || !($0["hostname"]?.string ?? "").isEmpty
    }
  }
}
