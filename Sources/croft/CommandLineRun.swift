import Kubernetes
import Rollout
import Secrets
import Store
import Terminal

/// One call of croft: from its words to its exit status. Every error ends here, in words for the user.
struct CommandLineRun: Sendable {
  var words: [String]
  let output = Output()

  init(_ words: [String]) { self.words = words }

  func run() async -> ExitCode {
    let parser = ArgumentParser(commands: AllCommands.specs, globals: GlobalOptions.specs)
    var context = Context(invocation: Invocation(), output: output, environment: Context.processEnvironment())
    do {
      context.invocation = try parser.parse(words)
      return try await dispatch(context)
    } catch {
      return report(error, context)
    }
  }

  private func dispatch(_ context: Context) async throws -> ExitCode {
    let invocation = context.invocation
    if invocation.has("help") {
      try HelpCommand.show(invocation.command, context)
      return .success
    }
    if invocation.has("version") { return VersionCommand.run(context) }
    guard let name = invocation.command, let command = AllCommands.type(name) else {
      try HelpCommand.show(nil, context)
      // Asked for nothing, croft did nothing.
      return .usage
    }
    return try await command.run(context)
  }

  private func report(_ error: any Error, _ context: Context) -> ExitCode {
    LiveMode.leave()
    let (code, message) = Self.describe(error)
    if !message.isEmpty { context.error(message) }
    if let error = error as? UsageError {
      output.errorLine("'croft \(error.command.map { "\($0) " } ?? "")--help' says what it takes.")
    }
    return code
  }

  static func describe(_ error: any Error) -> (ExitCode, String) {
    switch error {
    case let error as UsageError: return (.usage, error.message)
    case let error as Exit: return (error.code, error.message)
    case is CancellationError: return (.interrupted, "")
    case let error as SecretsError: return (.failure, "\(error)")
    case let error as RolloutError:
      switch error {
      case .held, .leaseLost: return (.held, "\(error)")
      case .stopped: return (.interrupted, "\(error)")
      case .unknownRelease, .unknownLayer: return (.usage, "\(error)")
      default: return (.failure, "\(error)")
      }
    case let error as KubernetesError:
      switch error {
      case .unreachable, .untrusted, .credentials, .configuration: return (.unreachable, "\(error)")
      case .status(let failure) where failure.code == 401: return (.unreachable, "\(error)")
      default: return (.failure, "\(error)")
      }
    default: return (.failure, "\(error)")
    }
  }
}
