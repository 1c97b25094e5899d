import Blueprint
import JSON

/// One way into an application, with everything that follows from the cluster file.
struct Route {
  let release: Release
  let exposure: Exposure
  /// The name of its objects.
  let name: String
  let backend: Backend
  let ingress: Ingress
  /// Who has to let clients pass; `nil` where nobody does.
  let signOn: SignOn?
  /// The certificate's issuer; `nil` without a certificate.
  let issuer: String?
  /// Whether the tunnel brings the clients.
  let isTunnelled: Bool

  var host: String { exposure.host.value }
  var namespace: String { release.namespace.name }
  /// The Secret with the certificate.
  var certificate: String? { issuer == nil ? nil : "\(host.slug)-tls" }
}

extension Applications {
  /// The ways into a release: routes at the ingress, certificates, and what is asked before a client may pass.
  mutating func expose(_ index: Int) {
    let release = blueprint.releases[index]
    for (position, exposure) in release.exposures.enumerated() {
      guard let backend = exposure.backend(of: release) else { continue }
      let ports = backend.container.map { [$0] } ?? []
      let tunnel = platform.tunnel(for: exposure)
      if let tunnel, tunnel.isDirect {
        flows.append(
          Flow(
            owner: release.name, from: .pods(namespace: tunnel.part.namespace), to: release.pods, ports: ports,
            reason: "'\(tunnel.part.name)' brings requests for \(exposure.host.value) to '\(release.name)'."))
        continue
      }
      guard let ingress = platform.ingress(for: exposure) else { continue }
      let needsSignOn = exposure.authentication?.value == .sso
      let signOn = needsSignOn ? platform.signOn(at: ingress) : nil
      // Nothing is better than a door without its lock.
      if needsSignOn, signOn == nil { continue }
      let route = Route(
        release: release, exposure: exposure,
        name: position == 0 ? release.name : "\(release.name)-\(exposure.slug)", backend: backend, ingress: ingress,
        signOn: signOn, issuer: exposure.gateway == .tailscale ? nil : platform.issuer?.name, isTunnelled: tunnel != nil
      )
      switch ingress.kind {
      case .traefik: addTraefikRoute(route, to: index)
      case .nginx: addIngress(route, to: index)
      case .gateway: addGatewayRoute(route, to: index)
      case .tailscale: addTailscaleIngress(route, to: index)
      case .sidecar:
        addTailnetMachine(route, to: index)
        continue
      }
      let door = Flow.Peer(ingress)
      if ingress.kind == .traefik, tunnel == nil { traefikHosts[ingress.part.name, default: []].append(route.host) }
      if let signOn {
        if signOn.kind == .authentik, !identities.contains(where: { $0.host == route.host }) {
          let address = "http://\(backend.service).\(route.namespace).svc.cluster.local:\(backend.port)"
          identities.append(
            ProtectedHost(
              release: release.name, name: route.name, host: route.host,
              protection: ingress.kind == .gateway ? .proxy(address) : .forwardAuthentication))
        }
        flows.append(
          Flow(
            owner: release.name, from: door, to: .pods(namespace: signOn.part.namespace), ports: [signOn.container],
            reason: "'\(ingress.part.name)' asks '\(signOn.part.name)' who may reach '\(release.name)'."))
      }
      let isBehind = signOn != nil && ingress.kind == .gateway
      let last = isBehind ? signOn?.part : ingress.part
      flows.append(
        Flow(
          owner: release.name, from: isBehind ? .pods(namespace: last?.namespace ?? "") : door, to: release.pods,
          ports: ports,
          reason: "'\(last?.name ?? "")' brings requests for \(exposure.host.value) to '\(release.name)'."))
    }
  }
}

extension Flow.Peer {
  init(_ ingress: Ingress) {
    self = ingress.kind == .gateway ? .gateway : .pods(namespace: ingress.part.namespace)
  }
}
