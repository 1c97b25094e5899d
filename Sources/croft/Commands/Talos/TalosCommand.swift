/// `croft talos …`
enum TalosCommand: CommandGroup {
  static let commands: [any Subcommand.Type] = [
    TalosSecretsCommand.self, TalosMachineCommand.self, TalosClientCommand.self,
  ]

  static let spec = CommandSpec(
    name: "talos", summary: "give Talos machines their secrets and configuration",
    discussion: """
      What 'croft render' writes for Talos holds no secrets. These commands make them, once, and put them in where they \
      are used.
      """,
    examples: [
      .init("croft talos secrets", "makes secrets/talos.sops.yaml, once in the cluster's life"),
      .init(
        "croft talos machine control0 | talosctl apply-config --nodes 10.0.50.1 --file /dev/stdin",
        "configures a machine"),
    ],
    subcommands: commands.map { $0.spec })

  static func run(_ context: Context) throws -> ExitCode {
    try HelpCommand.show(spec.name, context)
    // Asked for nothing, croft did nothing.
    return .usage
  }
}
