package import Blueprint
import Diagnostics
import JSON

/// https://oauth2-proxy.github.io/oauth2-proxy/ – asked by the ingress about each request.
package enum OAuth2Proxy: Component {
  package struct Options: ComponentOptions {
    /// `nil`: the identity provider of the cluster.
    package var issuer: String?
    /// Empty: everybody whom the provider knows.
    package var groups: [String] = []
    package var replicas = 1
    package var secret = "oauth2-proxy"
  }

  package static let about = About(
    "oauth2-proxy", "Asks people to sign in before applications that cannot ask themselves.",
    chart: ChartReference("https://oauth2-proxy.github.io/manifests", "oauth2-proxy", "10.7.0"),
    namespace: "oauth2-proxy", overhead: Overhead(memory: 64, cpu: 20))

  package static func options(_ reader: inout MappingReader) -> Options? {
    var options = Options()
    options.issuer = reader.optional(
      "issuer", .webAddress, "An OpenID provider outside the cluster. By default the cluster's own.")
    options.groups =
      reader.optional("groups", .list(.filled("a group")), "Who may pass. By default everybody who can sign in.") ?? []
    options.replicas =
      reader.optional("replicas", .whole(1...9, "a number of pods"), "How many pods answer.", byDefault: 1) ?? 1
    options.secret = reader.secretName(
      "oauth2-proxy", "The Secret with the client's id and secret, and the word that cookies are encrypted with.")
    return options
  }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    let provider = context.identityProvider
    let issuer = options.issuer ?? provider?.issuer(for: context.name)
    var arguments: JSON = [
      "provider": "oidc", "skip-provider-button": true, "reverse-proxy": true, "set-xauthrequest": true,
      "code-challenge-method": "S256", "scope": "openid profile email groups",
    ]
    if let issuer { arguments["oidc-issuer-url"] = .string(issuer) }
    if let domain = context.blueprint.domain {
      // One sign-in for all hosts of the domain.
      arguments["cookie-domain"] = .string(".\(domain)")
      arguments["whitelist-domain"] = .string(".\(domain)")
    }
    if let host = context.host { arguments["redirect-url"] = .string("https://\(host)/oauth2/callback") }
    if !options.groups.isEmpty { arguments["allowed-group"] = .string(options.groups.joined(separator: ",")) }
    // Whoever runs the cluster enters its people, and neither provider calls their addresses verified by default.
    if options.issuer == nil { arguments["insecure-oidc-allow-unverified-email"] = true }
    var contribution = Contribution(
      values: [
        "replicaCount": .int(options.replicas),
        "config": [
          "existingSecret": .string(options.secret), "emailDomains": ["*"],
          // It answers the ingress, and has nothing to show itself.
          "upstreams": ["static://202"],
        ],
        "extraArgs": arguments,
        // One pod alone would never let its node be drained.
        "podDisruptionBudget": ["enabled": .bool(options.replicas > 1)],
        "resources": ["requests": ["cpu": "20m", "memory": "64Mi"]],
      ],
      waitFor: ["deployment/\(context.namespace)/\(context.fullName(about.name))"],
      dependsOn: options.issuer == nil ? provider.map { [$0.part.component] } ?? [] : [],
      secrets: [
        SecretNeed(
          options.secret, in: context.namespace, keys: ["client-id", "client-secret", "cookie-secret"],
          for: "client of the OpenID provider, and 32 random bytes that cookies are encrypted with")
      ],
      openings: [
        Opening(.ingress, .cluster, ports: [4180], because: "the ingress asks it whether a client may pass"),
        Opening(.egress, .world, ports: [443], because: "it asks the OpenID provider who somebody is"),
      ])
    if options.issuer == nil, let provider {
      contribution.openings += context.doors(to: provider, because: "it asks '\(provider.part.name)' who somebody is")
    }
    contribution.page = WebPage(context.fullName(about.name), port: 80)
    contribution.overhead = Overhead(memory: 64 * options.replicas, cpu: 20 * options.replicas)
    contribution.monitors = [Monitor(.service, labels: ["app.kubernetes.io/name": "oauth2-proxy"], port: "metrics")]
    if issuer == nil {
      contribution.problems.append(
        ComponentProblem(
          "'\(context.name)' knows nobody who vouches for people",
          fix: "add 'pocket-id: {expose: id}' or 'authentik: {expose: auth}' to 'platform', or 'issuer:' here"))
    }
    return contribution
  }
}
