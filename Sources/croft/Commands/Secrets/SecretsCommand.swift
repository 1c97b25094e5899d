/// `croft secrets …`
enum SecretsCommand: CommandGroup {
  static let commands: [any Subcommand.Type] = [
    SecretsInitCommand.self, SecretsEditCommand.self, SecretsSetCommand.self, SecretsGetCommand.self,
    SecretsEncryptCommand.self, SecretsDecryptCommand.self, SecretsRotateCommand.self, SecretsCheckCommand.self,
  ]

  static let spec = CommandSpec(
    name: "secrets", summary: "keep secrets encrypted beside the cluster file",
    discussion: """
      Secrets lie in secrets/NAME.sops.yaml, encrypted with SOPS for the age keys under 'secrets.recipients' in the \
      cluster file, or of .sops.yaml. The 'sops' program reads and writes the same files.
      """,
    examples: [
      .init("croft secrets init", "makes a key, once"),
      .init("croft secrets edit paperless", "opens secrets/paperless.sops.yaml in your editor"),
      .init("croft secrets check", "looks whether every file can be read, and whether a secret is due"),
    ],
    subcommands: commands.map { $0.spec })

  static func run(_ context: Context) throws -> ExitCode {
    try HelpCommand.show(spec.name, context)
    // Asked for nothing, croft did nothing.
    return .usage
  }
}
