package import Blueprint

/// What brings requests from clients to an application.
package struct Ingress: Sendable, Equatable {
  package enum Kind: String, Sendable {
    case traefik
    case nginx = "ingress-nginx"
    /// Cilium's implementation of the Gateway API.
    case gateway = "cilium"
    case tailscale = "tailscale-operator"
    /// A machine of the tailnet for each application, without an operator.
    case sidecar = "tailscale-sidecar"
  }
  package var kind: Kind
  package var part: Platform.Part
  /// Whether it is there for one `gateway` alone.
  package var isDedicated = false
}

extension Platform {
  /// What serves an exposure: the one that it names, else one that is there for its gateway, else any. `nil` where the
  /// cluster has none.
  package func ingress(for exposure: Exposure) -> Ingress? {
    if exposure.gateway == .tailscale {
      return part("tailscale-operator").map { Ingress(kind: .tailscale, part: $0, isDedicated: true) }
        ?? part("tailscale-sidecar").map { Ingress(kind: .sidecar, part: $0, isDedicated: true) }
    }
    if let name = exposure.ingress?.value { return ingresses.first { $0.part.name == name } }
    let fit = ingresses.compactMap { ingress -> Ingress? in
      guard let gateway = gateway(of: ingress) else { return ingress }
      guard gateway == exposure.gateway else { return nil }
      var ingress = ingress
      ingress.isDedicated = true
      return ingress
    }
    return fit.first(where: \.isDedicated) ?? fit.first
  }

  /// All that HTTP clients can come through, Tailscale aside.
  package var ingresses: [Ingress] {
    let gateways = all("cilium").filter { options(Cilium.self, of: $0)?.gatewayAPI == true && has("gateway-api") }
    return all("traefik").map { Ingress(kind: .traefik, part: $0) }
      + all("ingress-nginx").map { Ingress(kind: .nginx, part: $0) }
      + gateways.map { Ingress(kind: .gateway, part: $0) }
  }

  private func gateway(of ingress: Ingress) -> Exposure.Gateway? { options(Traefik.self, of: ingress.part)?.gateway }

  /// The gateway that the ingress of a name is there for; `nil` where for any, or where there is none.
  package func gateway(ofIngress name: String) -> Exposure.Gateway? {
    ingresses.first { $0.part.name == name }.flatMap(gateway)
  }

  /// Who asks for names and passwords in front of an application.
  package var signOn: SignOn? {
    part("authentik").map { SignOn(kind: .authentik, part: $0) }
      ?? part("oauth2-proxy").map { SignOn(kind: .oauth2Proxy, part: $0) }
  }

  /// Who certifies host names; `nil` where nobody can.
  package var issuer: (name: String, part: Part)? {
    guard let part = part("cert-manager") else { return nil }
    if isOfCatalogue(part), options(CertManager.self, of: part)?.acme == nil { return nil }
    return (CertManager.issuer, part)
  }

  /// Whether requests of an exposure come through the tunnel, and straight to the application.
  package func tunnel(for exposure: Exposure) -> (part: Part, isDirect: Bool)? {
    guard exposure.gateway == .external, let part = part("cloudflare-tunnel") else { return nil }
    let needsIngress =
      exposure.authentication?.value == .sso || exposure.ingress != nil || ingress(for: exposure)?.isDedicated == true
    return (part, !needsIngress)
  }
}
