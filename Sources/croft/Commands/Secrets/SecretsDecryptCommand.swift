import JSON
import Redaction
import Secrets

/// `croft secrets decrypt`
enum SecretsDecryptCommand: Subcommand {
  static let spec = CommandSpec(
    name: "secrets decrypt", summary: "print a secret in plain text",
    discussion: """
      Verifies the file's signature and prints all of it in plain text, in its own format; with --output json as JSON. \
      Nothing is written to the disk.
      """,
    arguments: [.init(label: "NAME", kind: .secrets, arity: .one, help: "a secret's name, or the path of a file")],
    examples: [
      .init("croft secrets decrypt paperless", "secrets/paperless.sops.yaml"),
      .init("croft secrets decrypt secrets/smtp.sops.env", "any file of SOPS"),
    ])

  static func run(_ context: Context) async throws -> ExitCode {
    let work = SecretsWork(context)
    let open = try await work.sealed(work.file(context.invocation.arguments[0])).open(with: work.keyring())
    if context.format == .json {
      let documents = open.documents.reveal().map { Value.mapping($0).json }
      context.output.line((documents.count == 1 ? documents[0] : .array(documents)).text)
    } else {
      context.output.bytes(try open.plainBytes().reveal())
    }
    return .success
  }
}
