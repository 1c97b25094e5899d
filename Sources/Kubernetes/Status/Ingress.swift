import JSON

extension Object {
  /// Ready when its controller has published an address: then it has seen the Ingress, and clients can reach it.
  func ingressReadiness() -> Readiness {
    if hasLoadBalancerAddress { return .ready }
    let name =
      json["spec"]?["ingressClassName"]?.string ?? annotation("kubernetes.io/ingress.class")
    let controller = name.map { "the controller of ingress class \($0)" } ?? "no ingress controller"
    return .progressing(
      Blocker("NoLoadBalancerAddress", "\(controller) has \(name == nil ? "" : "not ")published an address for it"))
  }
}
