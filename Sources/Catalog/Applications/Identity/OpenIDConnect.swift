package import Blueprint

/// Who vouches for people to applications that ask themselves (OpenID Connect).
package struct IdentityProvider: Sendable, Equatable {
  package enum Kind: Sendable { case authentik, pocketID }
  package var kind: Kind
  package var part: Platform.Part
  /// Where people reach it.
  package var host: String

  /// The issuer that an application is told.
  func issuer(for application: String) -> String {
    switch kind {
    case .authentik: "https://\(host)/application/o/\(application)/"
    case .pocketID: "https://\(host)"
    }
  }

  /// Where clients send people and ask about them.
  struct Endpoints: Sendable, Equatable {
    var authorize: String
    var token: String
    var userInfo: String
  }

  var endpoints: Endpoints {
    switch kind {
    case .authentik:
      Endpoints(
        authorize: "https://\(host)/application/o/authorize/", token: "https://\(host)/application/o/token/",
        userInfo: "https://\(host)/application/o/userinfo/")
    case .pocketID:
      Endpoints(
        authorize: "https://\(host)/authorize", token: "https://\(host)/api/oidc/token",
        userInfo: "https://\(host)/api/oidc/userinfo")
    }
  }
}

extension Blueprint {
  /// The provider of OpenID Connect; `nil` where there is none, or none that people can reach.
  package func identityProvider(_ platform: Platform) -> IdentityProvider? {
    for (component, kind) in [("authentik", IdentityProvider.Kind.authentik), ("pocket-id", .pocketID)] {
      guard let part = platform.part(component), let host = release(part.name)?.exposures.first?.host.value else {
        continue
      }
      return IdentityProvider(kind: kind, part: part, host: host)
    }
    return nil
  }
}

extension Applications {
  /// Tells an application of an image where it finds the provider and who it is there. The client's id and secret come
  /// from the Secret `NAME-oidc` with the keys `client-id` and `client-secret`.
  mutating func connectIdentity(_ index: Int) {
    let release = blueprint.releases[index]
    guard let exposure = release.exposures.first(where: { $0.authentication?.value == .oidc }),
      let provider = blueprint.identityProvider(platform)
    else { return }
    let secret = Self.identitySecret(of: release)
    addEnvironment(
      [
        ("OIDC_ISSUER_URL", .text(provider.issuer(for: release.name))),
        ("OIDC_CLIENT_ID", .secret(name: secret, key: "client-id")),
        ("OIDC_CLIENT_SECRET", .secret(name: secret, key: "client-secret")),
      ], to: index)
    identities.append(
      ProtectedHost(release: release.name, name: release.name, host: exposure.host.value, protection: .openIDConnect))
    // The address of that host may be the ingress's own, which leads back into the cluster.
    let doors = blueprint.release(provider.part.name)?.exposures.first.flatMap { platform.ingress(for: $0) }
    for (peer, ports) in [(Flow.Peer.world, [443])] + (doors.map { [(Flow.Peer($0), [])] } ?? []) {
      flows.append(
        Flow(
          owner: release.name, from: release.pods, to: peer, ports: ports,
          reason: "'\(release.name)' asks https://\(provider.host) who is there."))
    }
  }

  static func identitySecret(of release: Release) -> String { identitySecret(of: release.name) }
  static func identitySecret(of release: String) -> String { "\(release)-oidc" }

  /// Adds variables that the file does not give itself.
  mutating func addEnvironment(
    _ variables: [(name: String, value: Workload.EnvironmentVariable.Value)], to index: Int
  ) {
    guard var workload = blueprint.releases[index].workload else { return }
    let given = Set(workload.env.map(\.name))
    workload.env += variables.filter { !given.contains($0.name) }.map { .init(name: $0.name, value: $0.value) }
    blueprint.releases[index].workload = workload
  }
}
