import JSON

/// What the ingress asks whether a client may pass.
package struct SignOn: Sendable, Equatable {
  package enum Kind: Sendable { case authentik, oauth2Proxy }
  package var kind: Kind
  package var part: Platform.Part

  /// The Service behind it; its port is 80 in both charts.
  var service: String {
    switch kind {
    case .authentik: part.fullName(chart: "authentik") + "-server"
    case .oauth2Proxy: part.fullName(chart: "oauth2-proxy")
    }
  }
  /// Where its pods listen.
  var container: Int { kind == .authentik ? 9000 : 4180 }
  var url: String { "http://\(part.host(of: service))" }

  /// What it answers itself on every protected host: the way to sign in and back.
  var path: String {
    switch kind {
    case .authentik: "/outpost.goauthentik.io/"
    case .oauth2Proxy: "/oauth2/"
    }
  }

  /// Headers that tell the application who is there.
  /// https://docs.goauthentik.io/add-secure-apps/providers/proxy/,
  /// https://oauth2-proxy.github.io/oauth2-proxy/configuration/integration
  var headers: [String] {
    switch kind {
    case .authentik:
      ["username", "groups", "entitlements", "email", "name", "uid", "jwt", "meta-jwks", "meta-outpost"]
        .map { "X-authentik-\($0)" } + ["meta-provider", "meta-app", "meta-version"].map { "X-authentik-\($0)" }
    case .oauth2Proxy: ["User", "Email", "Groups", "Preferred-Username"].map { "X-Auth-Request-\($0)" }
    }
  }
}
