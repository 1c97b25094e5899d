import JSON
import Redaction
import Secrets

/// `croft secrets encrypt`
enum SecretsEncryptCommand: Subcommand {
  static let spec = CommandSpec(
    name: "secrets encrypt", summary: "encrypt a plain file",
    discussion: """
      Encrypts a YAML, JSON or .env file value by value, and any other file as a whole, for the recipients of \
      .sops.yaml or of the cluster file. Prints the result, unless it is told where to put it.
      """,
    arguments: [.init(label: "FILE", kind: .file, arity: .one, help: "the plain file; - for standard input")],
    options: [
      .value("to", nil, "FILE", .file, "write to this file; its name says which format and which rule"),
      .flag("in-place", "i", "write to the file itself"),
      .list("recipient", nil, "KEY", .text, "encrypt for these age keys instead"),
    ],
    examples: [
      .init("croft secrets encrypt smtp.yaml --to secrets/smtp.sops.yaml", "then delete the plain file"),
      .init("croft secrets encrypt - --to secrets/kubeconfig.sops.yaml < kubeconfig", "without a plain file"),
      .init("croft secrets encrypt --in-place secrets/smtp.sops.yaml", "what was written in plain"),
    ])

  static func run(_ context: Context) async throws -> ExitCode {
    let invocation = context.invocation
    let source = invocation.arguments[0]
    let isInPlace = invocation.has("in-place")
    guard !isInPlace || source != "-" && invocation.value("to") == nil else {
      throw UsageError(message: "--in-place needs a FILE and no --to", command: spec.name)
    }
    let target = invocation.value("to") ?? source
    guard let format = Format(path: target) else {
      throw Exit(.failure, "\(target): an .ini file is for 'sops' itself; Croft has YAML, JSON, dotenv and binary")
    }
    let plain = source == "-" ? try SecretsWork.input() : try FileContent.read(source)
    let work = SecretsWork(context)
    let open = try await work.new(plain, at: target, format: format, for: invocation.list("recipient"))
    if invocation.value("to") == nil, !isInPlace {
      context.output.bytes(try open.seal(now: context.time()).bytes())
      return .success
    }
    try work.write(open)
    switch context.format {
    case .json:
      let recipients = JSON.array(open.metadata.recipients.map { .string($0) })
      context.output.line((["file": .string(target), "recipients": recipients] as JSON).text)
    case .text: context.output.line("encrypted \(target)")
    }
    return .success
  }
}
