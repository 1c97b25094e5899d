package import Blueprint

/// What is behind a way into an application.
package struct Backend: Sendable, Equatable {
  package var service: String
  package var port: Int
  /// Where its pods listen; `nil` where only its chart knows.
  package var container: Int?
}

extension Exposure {
  /// The Service behind it; `nil` for an application of an image that has no port for clients.
  package func backend(of release: Release) -> Backend? {
    let name = service ?? release.name
    guard let workload = release.workload, name == release.name else { return Backend(service: name, port: port ?? 80) }
    return (port ?? workload.ports.first { $0.transport == "TCP" }?.port).map {
      Backend(service: name, port: $0, container: $0)
    }
  }

  /// Tells it from other ways into the same application: `paper-home-example-net`.
  var slug: String { path == "/" ? host.value.slug : "\(host.value.slug)\(path.slug)" }
}

extension Platform {
  /// Who can ask for names and passwords in front of what comes through an ingress.
  package func signOn(at ingress: Ingress) -> SignOn? {
    switch ingress.kind {
    case .traefik, .nginx: signOn
    // Routes of the Gateway API ask nobody; authentik can stand in between.
    case .gateway: signOn?.kind == .authentik ? signOn : nil
    case .tailscale, .sidecar: nil
    }
  }
}

extension String {
  /// Fit for the name of an object: `paper-home-example-net`.
  var slug: String {
    let text = lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : $0 == "*" ? "x" : "-" }
    var end = text.suffix(200)
    while end.last == "-" { end.removeLast() }
    return String(end)
  }
}

extension Release {
  /// Its pods, as policies find them: those of a workload by their labels, those of a chart by the namespace. On the
  /// node's own network they are the node.
  var pods: Flow.Peer {
    guard let workload else { return .pods(namespace: namespace.name) }
    return workload.hostNetwork
      ? .host
      : .pods(namespace: namespace.name, labels: ["app.kubernetes.io/instance": name, "app.kubernetes.io/name": name])
  }
}
