import Blueprint
import JSON

/// What Vault has to be told once it is initialised and unsealed: where secrets are kept, and who may read which.
///
/// A script in Vault's pod, since that takes a token that no file of the cluster should hold. It can be run again at any
/// time: `kubectl exec -it -n vault vault-0 -- sh /vault/userconfig/vault-setup/setup.sh`
struct VaultSetup {
  /// The ConfigMap with it.
  let name: String
  private let namespace: String
  private let pod: String
  private let store: String
  private let readers: [Reader]

  /// A ServiceAccount that may read some secrets.
  private struct Reader {
    /// Of the role and its policy.
    var name: String
    var account: String
    var namespace: String
    /// Below the mount: `documents/paperless`, `*`.
    var secrets: [String]
  }

  init(_ context: ComponentContext, name: String) {
    self.name = "\(name)-setup"
    namespace = context.namespace
    pod = "\(name)-0"
    let secrets = context.blueprint.secrets
    let isBackend = secrets?.backend == .vault
    store = (isBackend ? secrets?.store : nil) ?? "secret"
    var readers: [Reader] = []
    if let part = Platform(context.blueprint).part("external-secrets") {
      let account = part.fullName(chart: "external-secrets")
      readers.append(
        Reader(name: "external-secrets", account: account, namespace: part.namespace, secrets: ["*"]))
    }
    if isBackend, secrets?.delivery == .csi {
      for release in context.blueprint.releases {
        guard let wanted = release.workload?.secrets.nonEmpty else { continue }
        let space = release.namespace.name
        readers.append(
          Reader(
            name: release.name, account: release.name, namespace: space, secrets: wanted.map { "\(space)/\($0)" }))
      }
    }
    self.readers = readers
  }

  var object: JSON {
    [
      "apiVersion": "v1", "kind": "ConfigMap",
      "metadata": ["name": .string(name), "namespace": .string(namespace)],
      "data": ["setup.sh": .string(script)],
    ]
  }

  /// https://developer.hashicorp.com/vault/docs/auth/kubernetes
  private var script: String {
    """
    # kubectl exec -it -n \(namespace) \(pod) -- sh /vault/userconfig/\(name)/setup.sh
    set -eu
    if [ -z "${VAULT_TOKEN:-}" ]; then
      printf 'Token of Vault: '
      stty -echo
      read -r VAULT_TOKEN
      stty echo
      printf '\\n'
      export VAULT_TOKEN
    fi
    vault secrets list | grep -q '^\(store)/' || vault secrets enable -path=\(store) -version=2 kv
    vault auth list | grep -q '^kubernetes/' || vault auth enable kubernetes
    vault write auth/kubernetes/config kubernetes_host=https://kubernetes.default.svc:443

    """ + readers.map(text).joined()
  }

  private func text(_ reader: Reader) -> String {
    let paths = reader.secrets.map { secret in
      """
      path "\(store)/data/\(secret)" { capabilities = ["read"] }
      path "\(store)/metadata/\(secret)" { capabilities = ["read", "list"] }

      """
    }
    return """
      vault policy write \(reader.name) - <<'END'
      \(paths.joined())END
      vault write auth/kubernetes/role/\(reader.name) \\
        bound_service_account_names=\(reader.account) bound_service_account_namespaces=\(reader.namespace) \\
        audience=vault policies=\(reader.name) ttl=1h

      """
  }
}
