import Blueprint
import JSON

/// Where External Secrets reads: the ClusterSecretStore named like the back-end.
struct SecretStore: Sendable, Equatable {
  var backend: SecretsSpec.Backend
  var part: Platform.Part

  /// An application's own item: `NAMESPACE/NAME` in Vault; in 1Password an item of that title.
  func item(_ name: String, of release: Release) -> String {
    backend == .vault ? "\(release.namespace.name)/\(name)" : name
  }
  /// One that several use.
  func shared(_ name: String) -> String { name }

  /// A Secret that a component reads, from the item of its name.
  func externalSecret(for need: SecretNeed, of release: Release) -> JSON {
    let item = backend == .vault ? "\(need.namespace)/\(need.name)" : need.name
    var object = externalSecret(release.metadata(need.name, namespace: need.namespace), item: item)
    if !need.labels.isEmpty {
      object[path: "spec", "target", "template"] = [
        "engineVersion": "v2", "mergePolicy": "Merge", "metadata": ["labels": .strings(need.labels)],
      ]
    }
    return object
  }

  /// Every field of an item as a key of a Secret.
  ///
  /// https://external-secrets.io/latest/api/externalsecret/
  /// - Parameter template: keys that are put together from others.
  func externalSecret(_ metadata: JSON, item: String, template: JSON? = nil) -> JSON {
    [
      "apiVersion": "external-secrets.io/v1", "kind": "ExternalSecret", "metadata": metadata,
      "spec": [
        "refreshInterval": "1h0m0s",
        "secretStoreRef": ["kind": "ClusterSecretStore", "name": .string(backend.rawValue)],
        "target": .members([
          "name": metadata["name"], "creationPolicy": "Owner",
          "template": template.map { ["engineVersion": "v2", "mergePolicy": "Merge", "data": $0] },
        ]),
        "dataFrom": [["extract": ["key": .string(item)]]],
      ],
    ]
  }
}

extension Applications {
  /// `nil` where Secrets come another way.
  var secretStore: SecretStore? {
    guard let backend = blueprint.secrets?.backend, [.vault, .onepassword].contains(backend),
      let part = platform.part("external-secrets")
    else { return nil }
    return SecretStore(backend: backend, part: part)
  }
}
