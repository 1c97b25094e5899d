package import Blueprint
import Diagnostics
import JSON

/// https://pocket-id.org/docs/setup/installation – its makers have no chart, so it is an image like any other.
package enum PocketID: Component {
  package struct Options: ComponentOptions {
    package var storage = StorageChoice(size: "2Gi")
    package var secret = "pocket-id"
    package var backup: VolumeBackup?
  }

  private static let image = "ghcr.io/pocket-id/pocket-id:v2.14.0"
  static let port = 1411

  package static let about = About(
    "pocket-id", "Vouches for people by passkeys: a small sign-in for all applications.", namespace: "pocket-id",
    after: StorageChoice.providers, overhead: Overhead(memory: 64, cpu: 20))

  package static func options(_ reader: inout MappingReader) -> Options? {
    let storage = reader.storage(size: "2Gi")
    let secret = reader.secretName("pocket-id", "The Secret with its key, 32 random bytes in base 64.")
    let backup = reader.optional(
      "backup", Shape<VolumeBackup>.choice,
      "How often its volume, with everybody's passkeys, is kept elsewhere, where 'backup.volumes' says.")
    return Options(storage: storage, secret: secret, backup: backup)
  }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    var workload = Workload(image: image, span: context.use.release.span)
    workload.ports = [.init(name: "http", port: port)]
    workload.env = [
      .init(name: "APP_URL", value: .text("https://\(context.host ?? "\(context.name).invalid")")),
      .init(name: "TRUST_PROXY", value: .text("true")),
      .init(name: "ANALYTICS_DISABLED", value: .text("true")),
      .init(name: "ENCRYPTION_KEY", value: .secret(name: options.secret, key: "encryption-key")),
    ]
    workload.storage = [
      .init(
        name: "data", mount: "/app/data",
        source: .claim(
          size: options.storage.size, storageClass: options.storage.storageClass, accessMode: "ReadWriteOnce"),
        backup: options.backup)
    ]
    workload.probe = .init(.http(path: "/healthz", port: port))
    workload.security.user = 1000
    workload.security.group = 1000
    var contribution = Contribution(
      source: .image(workload),
      waitFor: ["deployment/\(context.namespace)/\(context.name)"],
      secrets: [
        SecretNeed(
          options.secret, in: context.namespace, keys: ["encryption-key"],
          for: "key that Pocket ID's own keys are encrypted with: 32 random bytes in base 64")
      ],
      openings: [
        Opening(.ingress, .cluster, ports: [port], because: "the ingress brings people, applications ask who they are")
      ])
    contribution.page = WebPage(context.name, port: port)
    if context.host == nil {
      contribution.problems.append(
        ComponentProblem("'\(context.name)' has no host, and passkeys belong to one", fix: "add 'expose: id'"))
    }
    return contribution
  }
}
