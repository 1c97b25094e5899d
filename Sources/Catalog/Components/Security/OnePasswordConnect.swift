package import Blueprint
import JSON

/// https://developer.1password.com/docs/connect/get-started/
package enum OnePasswordConnect: Component {
  package struct Options: ComponentOptions {
    package var secret = "onepassword-credentials"
    /// `nil`: as `secrets` says.
    package var vault: String?
  }

  /// The chart's own name for it, whatever the release is called.
  static let service = "onepassword-connect"
  /// The Secret with what clients show.
  static let token = "onepassword-token"
  private static let key = "1password-credentials.json"

  package static let about = About(
    "onepassword-connect", "Reads 1Password for the cluster.",
    chart: ChartReference("https://1password.github.io/connect-helm-charts", "connect", "2.4.1"),
    namespace: "onepassword", overhead: Overhead(memory: 128, cpu: 100))

  package static func options(_ reader: inout MappingReader) -> Options? {
    let secret = reader.secretName("onepassword-credentials", "The Secret with the file 1password-credentials.json.")
    let vault = reader.optional(
      "vault", .filled("a vault's name"),
      "Which of 1Password's vaults External Secrets reads. By default 'store' of 'secrets', else the cluster's name.")
    return Options(secret: secret, vault: vault)
  }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    var contribution = Contribution(
      values: [
        "connect": [
          "credentialsName": .string(options.secret), "credentialsKey": .string(key),
          "api": ["resources": ["requests": ["cpu": "50m", "memory": "64Mi"], "limits": ["memory": "128Mi"]]],
          "sync": ["resources": ["requests": ["cpu": "50m", "memory": "64Mi"]]],
        ],
        "operator": ["create": false],
      ],
      waitFor: ["deployment/\(context.namespace)/\(service)"],
      secrets: [
        SecretNeed(
          options.secret, in: context.namespace, keys: [key],
          for: "credentials that '1password-credentials.json' of the Connect server holds")
      ],
      openings: [
        Opening(.ingress, .cluster, ports: [8080], because: "operators ask it for secrets"),
        Opening(.egress, .world, ports: [443], because: "it fetches what changed from 1Password"),
      ])
    contribution.monitors = [
      Monitor(.service, labels: ["app.kubernetes.io/component": "connect"], port: "connect-api")
    ]
    if context.has("external-secrets") {
      contribution.secrets.append(
        SecretNeed(
          token, in: context.namespace, keys: ["token"], for: "token that External Secrets reads 1Password with"))
    }
    return contribution
  }
}
