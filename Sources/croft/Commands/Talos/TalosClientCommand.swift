import JSON
import Redaction
import Render
import Secrets

/// `croft talos client`
enum TalosClientCommand: Subcommand {
  static let spec = CommandSpec(
    name: "talos client", summary: "print an administrator's talosconfig",
    discussion: """
      Prints a configuration for 'talosctl' with a new key and a certificate of the cluster's authority that is good \
      for a year. It is kept nowhere: whoever holds secrets/talos.sops.yaml makes another one.
      """,
    examples: [
      .init("(umask 077; croft talos client > talosconfig) && talosctl config merge talosconfig", "for 'talosctl'")
    ])

  static func run(_ context: Context) async throws -> ExitCode {
    let (tree, _) = try TalosWork.tree(context)
    let secrets = try await TalosWork.secrets(context)
    guard let client = tree.clientConfiguration(secrets: secrets, now: context.time()) else {
      throw Exit(
        .failure,
        "certs.os of the file 'talos' is no certificate with its key; take the last good version from Git")
    }
    TalosWork.show(client.reveal(), as: "talosconfig", context)
    return .success
  }
}
