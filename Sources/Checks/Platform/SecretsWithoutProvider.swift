import Blueprint
import Catalog
public import Diagnostics

public enum SecretsWithoutProvider: Rule {
  public static let about = About(
    "CR0612", "Nothing brings secrets from where they are",
    why: """
      Secrets in Vault or 1Password come into the cluster through external-secrets; with `delivery: csi` through
      secrets-store-csi, which reads Vault alone.
      """,
    broken: """
      secrets: {backend: vault}
      apps:
        paperless:
          image: ghcr.io/example/paperless:2.18
          secrets: [paperless]
      """,
    mended: """
      secrets: {backend: vault}
      platform:
        external-secrets:
          chart: {repository: "https://charts.external-secrets.io", name: external-secrets, version: 2.9.0}
      apps:
        paperless:
          image: ghcr.io/example/paperless:2.18
          secrets: [paperless]
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    guard let secrets = subject.blueprint.secrets, secrets.needsProvider,
      subject.platform.secretsProvider(secrets) == nil,
      let release = subject.blueprint.releases.first(where: { !$0.neededSecrets.isEmpty })
    else { return [] }
    let isCSI = secrets.delivery == .csi
    return [
      problem(
        "secrets such as '\(release.neededSecrets[0])' of '\(release.name)' are in \(secrets.backend.rawValue), and "
          + "nothing in the cluster brings them from there",
        at: secrets.span,
        fix: isCSI && secrets.backend == .onepassword
          ? "remove 'delivery', and add 'external-secrets' to 'platform'"
          : "add '\(isCSI ? "secrets-store-csi" : "external-secrets")' to 'platform'")
    ]
  }
}
