public import Blueprint
import Catalog
import Digest
import JSON
import Redaction
import Secrets

extension Blueprint {
  /// The blueprint with the decrypted Secrets in it, each in every namespace that needs it; unchanged where the cluster
  /// keeps none beside its file.
  ///
  /// A Secret without a file is left out: it may be made in the cluster by something else.
  /// - Throws: `SecretsError` where a file cannot be decrypted or was changed without a key.
  public func withSecrets(environment: [String: String]) async throws -> Blueprint {
    guard let index = releases.firstIndex(where: { $0.name == Self.secretsRelease }) else { return self }
    let uses = secretUses
    let secrets = try await ClusterSecret.load(
      directory: directory, names: Set(uses.keys), keyring: try await Keyring.load(environment: environment))
    var blueprint = self
    var namespaces: Set<String> = []
    var objects: [JSON] = []
    for (name, secret) in secrets.sorted(by: { $0.key < $1.key }) {
      for namespace in uses[name, default: []].union(secret.namespace.map { [$0] } ?? []).sorted() {
        namespaces.insert(namespace)
        objects.append(secret.object(in: namespace, labels: secretLabels(name, in: namespace)))
      }
    }
    let system: Set = ["default", "kube-system", "kube-public"]
    blueprint.releases[index].additions =
      namespaces.subtracting(system).sorted().map {
        ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string($0)]]
      } + objects
    blueprint.setSecretsDigests(try digests(of: secrets))
    return blueprint
  }

  private func digests(of secrets: [String: ClusterSecret]) throws -> [String: String] {
    let files = try SecretFiles(directory: directory).all()
    var byPath: [String: String] = [:]
    for file in files where secrets.values.contains(where: { $0.path == file.path }) {
      byPath[file.path] = SHA256.hex(try FileWorkspace().read(file.path))
    }
    return secrets.compactMapValues { byPath[$0.path] }
  }
}

extension ClusterSecret {
  /// The object, which must not be written anywhere but to the API server.
  fileprivate func object(in namespace: String, labels: [String: String]) -> JSON {
    let data = members.map { JSONObject.Member($0.key, .string(Base64.encode($0.value.reveal()))) }
    var json: JSON = [
      "apiVersion": "v1", "kind": "Secret",
      "metadata": ["name": .string(name), "namespace": .string(namespace)],
    ]
    for (key, value) in labels.sorted(by: { $0.key < $1.key }) {
      json[path: "metadata", "labels", key] = .string(value)
    }
    if let type { json["type"] = .string(type) }
    json["data"] = .object(JSONObject(data))
    return json
  }
}
