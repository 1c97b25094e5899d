package import Blueprint
import JSON

/// https://developer.1password.com/docs/connect/get-started/
package enum OnePasswordConnect: Component {
  package struct Options: ComponentOptions {
    package var secret = "onepassword-credentials"
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
    Options(
      secret: reader.secretName("onepassword-credentials", "The Secret with the file 1password-credentials.json."))
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
    if context.has("external-secrets") {
      contribution.secrets.append(
        SecretNeed(
          token, in: context.namespace, keys: ["token"], for: "token that External Secrets reads 1Password with"))
    }
    return contribution
  }
}
