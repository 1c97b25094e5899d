import JSON
import Secrets

/// `croft secrets rotate`
enum SecretsRotateCommand: Subcommand {
  static let spec = CommandSpec(
    name: "secrets rotate", summary: "encrypt secrets anew, for the recipients that are named now",
    discussion: """
      Makes a new data key for each file, encrypts every value anew and wraps the key for the recipients of .sops.yaml or \
      of the cluster file. To be run when a recipient was added or taken away. Whoever could read an old version can \
      still read that one in Git: where somebody has left, change the passwords too.
      """,
    arguments: [
      .init(label: "NAME", kind: .secrets, arity: .any, help: "the secrets; all of the cluster's without one")
    ],
    examples: [
      .init("croft secrets rotate", "every secret of the cluster"),
      .init("croft secrets rotate smtp", "one of them"),
    ])

  static func run(_ context: Context) async throws -> ExitCode {
    let work = SecretsWork(context)
    let names = context.invocation.arguments
    let files = names.isEmpty ? try work.files.all() : try names.map { try work.file($0) }
    let keyring = try await work.keyring()
    // All are opened before the first is written: a key that is missing leaves everything as it was.
    var opened: [OpenFile] = []
    for file in files { opened.append(try await work.sealed(file).open(with: keyring)) }
    var lines: [JSON] = []
    for var open in opened {
      let before = open.metadata.recipients
      let rule = try CreationRules.rule(for: open.path) ?? work.clusterRule()
      let after = rule.map(\.recipients) ?? before
      open.rotateKey()
      try await open.setRecipients(after.isEmpty ? before : after, age: work.age, isNewKey: true)
      try work.write(open)
      let added = open.metadata.recipients.filter { !before.contains($0) }
      let removed = before.filter { !open.metadata.recipients.contains($0) }
      if context.format == .text {
        context.output.line("encrypted \(open.path) anew")
        for recipient in added { context.output.line("  + \(recipient)") }
        for recipient in removed { context.output.line("  - \(recipient)") }
      }
      lines.append([
        "file": .string(open.path), "added": .array(added.map { .string($0) }),
        "removed": .array(removed.map { .string($0) }),
      ])
    }
    if context.format == .json { context.output.line(JSON.array(lines).text) }
    if files.isEmpty, context.format == .text {
      context.output.line("there are no secrets in \(try work.files.folder)")
    }
    return .success
  }
}
