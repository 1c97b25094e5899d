import Blueprint
import Catalog
public import Diagnostics

public enum SecretBehindItsUser: Rule {
  public static let about = About(
    "CR0614", "A secret is kept in the service that needs it to start",
    why: """
      With `secrets: {backend: vault}` an application's secrets come from Vault, through external-secrets. What Vault
      itself waits for cannot get its own from there: it would wait for Vault, which waits for it. The same is true of
      1Password and its Connect server.
      """,
    broken: """
      secrets: {backend: vault}
      platform:
        vault: {dependsOn: [audit]}
        external-secrets: {}
      apps:
        audit:
          image: ghcr.io/example/audit:1.4
          secrets: [audit]
      """,
    mended: """
      secrets: {backend: vault}
      platform:
        vault: {}
        external-secrets: {}
      apps:
        audit:
          image: ghcr.io/example/audit:1.4
          secrets: [audit]
      """)

  public static func check(_ subject: Subject) -> [Diagnostic] {
    guard let secrets = subject.blueprint.secrets, secrets.needsProvider,
      let provider = subject.platform.secretsProvider(secrets)
    else { return [] }
    let keeper = subject.platform.part(secrets.backend == .vault ? "vault" : "onepassword-connect")
    let parts = [keeper, provider].compactMap { $0 }
    return subject.blueprint.releases.compactMap { release in
      guard let secret = secret(of: release), !parts.contains(where: { $0.name == release.name }) else { return nil }
      for part in parts {
        guard let path = subject.wait(of: part.name, for: release.name) else { continue }
        return problem(
          "'\(release.name)' needs the secret \(secret) from \(secrets.backend.rawValue), and '\(part.name)' starts only "
            + "when '\(release.name)' is ready",
          at: workload(of: release)?.place(of: "secrets") ?? release.span, related: path,
          fix: "remove that dependency, or bring the secret with 'backend: sops'")
      }
      return nil
    }
  }

  private static func workload(of release: Release) -> Workload? {
    if case .image(let workload) = release.source { workload } else { nil }
  }

  /// The first that it reads; of one whose secrets are files alone, its own name.
  private static func secret(of release: Release) -> String? {
    let workload = workload(of: release)
    if let name = workload?.secrets.first ?? release.secretNeeds.first?.name { return "'\(name)'" }
    return workload?.secretProviderClass != nil ? "of '\(release.name)'" : nil
  }
}

extension Subject {
  /// Why a release starts only when another is ready: every step with its place; `nil` where it does not wait for it.
  func wait(of release: String, for other: String) -> [Diagnostic.Related]? {
    if release == other { return [] }
    return graph.hardPath(from: release, to: other)?.map { .init("'\($0.from)' depends on '\($0.to)'", at: $0.span) }
  }
}
