package import Blueprint
import JSON

extension Platform {
  /// What brings an application's secrets into the cluster; `nil` where nothing does, or nothing has to.
  package func secretsProvider(_ secrets: SecretsSpec) -> Part? {
    switch (secrets.backend, secrets.delivery) {
    case (.vault, .secret), (.onepassword, .secret): part("external-secrets")
    case (.vault, .csi): part("secrets-store-csi")
    case (.onepassword, .csi), (.sops, _), (.kubernetes, _): nil
    }
  }
}

extension SecretsSpec {
  /// Whether something in the cluster has to fetch them.
  package var needsProvider: Bool { backend == .vault || backend == .onepassword }
}

extension Release {
  /// Secrets that somebody has to make for it, besides those that components make.
  package var neededSecrets: [String] {
    let identity =
      exposures.contains { $0.authentication?.value == .oidc } ? [Applications.identitySecret(of: self)] : []
    return (workload?.secrets ?? []) + identity
  }
}

extension Applications {
  /// A component whose chart expects secrets comes after what fetches them.
  mutating func awaitSecrets(_ index: Int) {
    guard blueprint.secrets?.needsProvider == true, let store = secretStore else { return }
    let release = blueprint.releases[index]
    guard !release.secretNeeds.isEmpty, !isKeeperOfSecrets(release, store.part) else { return }
    depend(index, on: store.part.name)
  }

  /// What keeps the secrets cannot fetch its own from itself.
  private func isKeeperOfSecrets(_ release: Release, _ store: Platform.Part) -> Bool {
    [store, platform.part("vault"), platform.part("onepassword-connect")].contains { $0?.name == release.name }
  }

  /// A release's secrets from Vault or 1Password: as Secrets, or as files of its pods.
  mutating func provideSecrets(_ index: Int) {
    guard let secrets = blueprint.secrets, secrets.needsProvider else { return }
    if secrets.delivery == .csi, let part = platform.secretsProvider(secrets) { mountSecrets(secrets, index, part) }
    guard let store = secretStore else { return }
    let release = blueprint.releases[index]
    for name in release.neededSecrets where provided.insert("\(release.namespace.name)/\(name)").inserted {
      add(
        [store.externalSecret(release.metadata(name), item: store.item(name, of: release))], to: index,
        needing: [store.part])
    }
    if isKeeperOfSecrets(release, store.part) { return }
    for need in release.secretNeeds where provided.insert("\(need.namespace)/\(need.name)").inserted {
      add([store.externalSecret(for: need, of: release)], to: index, needing: [store.part])
    }
  }

  /// Files `/secrets/NAME`, each the JSON of one of Vault's secrets, which Vault lets the role of the application's name
  /// read.
  ///
  /// https://developer.hashicorp.com/vault/docs/deploy/kubernetes/csi/configurations
  private mutating func mountSecrets(_ secrets: SecretsSpec, _ index: Int, _ part: Platform.Part) {
    guard var workload = blueprint.releases[index].workload, !workload.secrets.isEmpty else { return }
    let release = blueprint.releases[index]
    let items = workload.secrets.map { name in
      let path = "\(secrets.store ?? "secret")/data/\(release.namespace.name)/\(name)"
      return "- objectName: \(JSON.string(name).text)\n  secretPath: \(JSON.string(path).text)\n"
    }
    let vault = platform.part("vault")
    let address = vault.map { "http://\($0.host(of: $0.fullName(chart: "vault"))):8200" }
    let object: JSON = [
      "apiVersion": "secrets-store.csi.x-k8s.io/v1", "kind": "SecretProviderClass",
      "metadata": release.metadata(release.name),
      "spec": [
        "provider": "vault",
        "parameters": .members([
          "roleName": .string(release.name), "vaultAddress": address.map(JSON.string),
          "objects": .string(items.joined()),
        ]),
      ],
    ]
    add([object], to: index, needing: [part] + (vault.map { [$0] } ?? []))
    workload.secretProviderClass = release.name
    workload.secrets = []
    blueprint.releases[index].workload = workload
  }
}
