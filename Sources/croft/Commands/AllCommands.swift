/// One command: what it takes, and what it does.
protocol Subcommand: Sendable {
  static var spec: CommandSpec { get }
  static func run(_ context: Context) async throws -> ExitCode
}

/// A command that is several: `croft secrets set`.
protocol CommandGroup: Subcommand {
  /// In the order in which help lists them.
  static var commands: [any Subcommand.Type] { get }
}

/// Every command, in the order in which help lists them.
enum AllCommands {
  static let types: [any Subcommand.Type] = [
    InitCommand.self,
    CheckCommand.self,
    FormatCommand.self,
    ExplainCommand.self,
    SchemaCommand.self,
    PlanCommand.self,
    DeployCommand.self,
    StatusCommand.self,
    GraphCommand.self,
    DeleteCommand.self,
    UpCommand.self,
    NodesCommand.self,
    FactsCommand.self,
    SSHCommand.self,
    KubeconfigCommand.self,
    RenderCommand.self,
    SecretsCommand.self,
    TalosCommand.self,
    DoctorCommand.self,
    CompletionCommand.self,
    VersionCommand.self,
    HelpCommand.self,
    CompleteCommand.self,
  ]
  static let specs = types.map { $0.spec }

  /// - Parameter name: as it is typed, `secrets set`.
  static func type(_ name: String) -> (any Subcommand.Type)? {
    types.first { $0.spec.name == name }
      ?? types.flatMap { ($0 as? any CommandGroup.Type)?.commands ?? [] }.first { $0.spec.name == name }
  }
}
