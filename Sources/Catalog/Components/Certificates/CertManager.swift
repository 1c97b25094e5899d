package import Blueprint
import JSON

/// https://cert-manager.io/docs/installation/helm/
package enum CertManager: Component {
  package struct Options: ComponentOptions {
    package struct ACME: Sendable {
      package enum Provider: String, Sendable, CaseIterable { case cloudflare }
      package var dns01 = Provider.cloudflare
      package var email: String
      /// The Secret with the provider's token.
      package var secret = "cloudflare"
      package var key = "api-token"
      package var isStaging = false
    }
    package var acme: ACME?
  }

  package static let about = About(
    "cert-manager", "Makes certificates and renews them.",
    chart: ChartReference("https://charts.jetstack.io", "cert-manager", "v1.21.1", kubernetes: 22),
    namespace: "cert-manager",
    after: ["gateway-api"],
    definitions: [
      "certificates.cert-manager.io", "certificaterequests.cert-manager.io", "issuers.cert-manager.io",
      "clusterissuers.cert-manager.io", "orders.acme.cert-manager.io", "challenges.acme.cert-manager.io",
    ],
    overhead: Overhead(memory: 160, cpu: 30))

  package static func options(_ reader: inout MappingReader) -> Options? {
    Options(acme: reader.optional("acme", acme, "Certificates that the world trusts, proven through DNS."))
  }

  private static var acme: Shape<Options.ACME> {
    .section("acme") { reader in
      let provider = reader.required("dns01", Shape<Options.ACME.Provider>.choice, "Who hosts the domain's DNS.")
      let email = reader.required("email", .filled("an e-mail address"), "Where warnings of expiry go.")
      let secret = reader.optional(
        "secret", .subdomain("the name of a Secret"), "The Secret with the provider's token.", byDefault: "cloudflare")
      let key = reader.optional("key", .dataKey, "The token's key in it.", byDefault: "api-token")
      let staging = reader.optional(
        "staging", .truth, "Certificates of the test authority, which has no limits and no trust.", byDefault: false)
      guard let provider, let email else { return nil }
      return Options.ACME(
        dns01: provider, email: email, secret: secret ?? "cloudflare", key: key ?? "api-token",
        isStaging: staging ?? false)
    }
  }

  /// The issuer of certificates that the world trusts.
  package static let issuer = "letsencrypt"

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    var values: JSON = ["crds": ["enabled": true]]
    // Names may mean something else inside the house: challenges are looked up where the world looks.
    values["dns01RecursiveNameservers"] = "1.1.1.1:53,9.9.9.9:53"
    values["dns01RecursiveNameserversOnly"] = true
    if context.has("gateway-api") { values["config"] = ["gatewayAPI": ["enabled": true]] }
    guard let acme = options.acme else {
      return Contribution(values: values, waitFor: waits(context))
    }
    let server = acme.isStaging ? "acme-staging-v02" : "acme-v02"
    let issuer: JSON = [
      "apiVersion": "cert-manager.io/v1", "kind": "ClusterIssuer", "metadata": ["name": .string(Self.issuer)],
      "spec": [
        "acme": [
          "server": .string("https://\(server).api.letsencrypt.org/directory"), "email": .string(acme.email),
          "privateKeySecretRef": ["name": .string("\(Self.issuer)-account")],
          "solvers": [
            [
              "dns01": [
                .init(stringLiteral: acme.dns01.rawValue): [
                  "apiTokenSecretRef": ["name": .string(acme.secret), "key": .string(acme.key)]
                ]
              ]
            ]
          ],
        ]
      ],
    ]
    return Contribution(
      values: values, objects: [issuer], waitFor: waits(context),
      secrets: [
        SecretNeed(
          acme.secret, in: context.namespace, keys: [acme.key],
          for: "Cloudflare API token that may edit the zone's DNS, for certificates")
      ],
      openings: [
        Opening(
          .egress, .world, ports: [443, 53], because: "it asks the certificate authority and looks challenges up"),
        Opening(.egress, .world, ports: [53], transport: "UDP", because: "it looks challenges up"),
      ])
  }

  private static func waits(_ context: ComponentContext) -> [String] {
    ["\(context.name)", "\(context.name)-webhook", "\(context.name)-cainjector"].map {
      "deployment/\(context.namespace)/\($0)"
    }
  }
}
