import Blueprint
import JSON

/// A component as a client of the cluster's identity provider.
struct OpenIDClient: Sendable, Equatable {
  /// Where the provider is found.
  var issuer: String
  /// What clients are told that do not look for themselves.
  var endpoints: IdentityProvider.Endpoints
  /// The component that is the provider.
  var provider: String
  /// The component's own address.
  var url: String
  /// Has the keys `client-id` and `client-secret`.
  var secret: String
}

extension ComponentContext {
  /// Where people reach the component's page; `nil` where nobody does.
  var host: String? { use.release.exposures.first?.host.value }

  /// Whether the component's page is one that signs people in itself (`auth: oidc`), and where it sends them.
  var openIDClient: OpenIDClient? {
    guard let exposure = use.release.exposures.first(where: { $0.authentication?.value == .oidc }),
      let provider = identityProvider
    else { return nil }
    return OpenIDClient(
      issuer: provider.issuer(for: name), endpoints: provider.endpoints, provider: provider.part.component,
      url: "https://\(exposure.host.value)",
      secret: "\(name)-oidc")
  }

  /// Who vouches for people; `nil` where there is nobody, or nobody that people can reach.
  var identityProvider: IdentityProvider? {
    let platform = Platform(blueprint)
    for (component, kind) in [("authentik", IdentityProvider.Kind.authentik), ("pocket-id", .pocketID)] {
      guard component != use.component, let part = platform.part(component) else { continue }
      let entry = blueprint.components.first { $0.name == part.name }?.release ?? blueprint.release(part.name)
      guard let host = entry?.exposures.first?.host.value else { continue }
      return IdentityProvider(kind: kind, part: part, host: host)
    }
    return nil
  }

  /// Ways to the provider's public address, which can be the ingress's own and so lead back into the cluster.
  func doors(to provider: IdentityProvider, because reason: String) -> [Opening] {
    let entry = blueprint.components.first { $0.name == provider.part.name }?.release
    guard let exposure = (entry ?? blueprint.release(provider.part.name))?.exposures.first,
      let ingress = Platform(blueprint).ingress(for: exposure)
    else { return [] }
    let isGateway = ingress.kind == .gateway
    return [
      Opening(.egress, isGateway ? .cluster : .pods(namespace: ingress.part.namespace, labels: [:]), because: reason)
    ]
  }

  /// The Secret that a client of the identity provider reads.
  func need(_ client: OpenIDClient) -> SecretNeed {
    SecretNeed(
      client.secret, in: namespace, keys: ["client-id", "client-secret"],
      for: "client of '\(client.provider)' that '\(name)' signs people in with")
  }
}
