import Blueprint
import Catalog
import Diagnostics
import Kubernetes

/// `croft __complete SHELL -- WORD …`: what completion scripts ask. A line per candidate, a tab before its help.
enum CompleteCommand: Subcommand {
  static let spec = CommandSpec(
    name: "__complete", summary: "answer a completion script",
    discussion: "Prints what could stand at the end of an unfinished command line. Completion scripts call it.",
    arguments: [
      .init(
        label: "SHELL", kind: .choice(CompletionScript.allCases.map(\.rawValue)), arity: .one,
        help: "the shell that asks"),
      .init(label: "WORD", kind: .text, arity: .any, help: "the command line so far, without the program"),
    ],
    isHidden: true)

  static func run(_ context: Context) -> ExitCode {
    let shell = context.invocation.arguments.first
    let completer = Completer(commands: AllCommands.specs, globals: GlobalOptions.specs) { kind, invocation in
      names(kind, invocation, context)
    }
    let words = Array(context.invocation.arguments.dropFirst())
    switch completer.complete(words, splitsAtEquals: shell == CompletionScript.bash.rawValue) {
    case .files: context.output.line(":files")
    case .folders: context.output.line(":folders")
    case .candidates(let candidates):
      for candidate in candidates {
        context.output.line(candidate.help.isEmpty ? candidate.value : "\(candidate.value)\t\(candidate.help)")
      }
    }
    return .success
  }

  /// A file with mistakes still has names; where there is none, nothing is offered and nothing is said.
  private static func names(_ kind: ValueKind, _ invocation: Invocation, _ context: Context) -> [Completer.Candidate] {
    switch kind {
    case .topics:
      let own =
        (try? Directories.cluster(invocation.value("directory"))).map { Catalog.loadCluster($0).components } ?? []
      let file = KeyExplanation.file(Catalog.componentKinds + own)
      return file.descendants.map { .init(value: $0.path, help: $0.about) }
        + ExplainCommand.pages.map { .init(value: $0.code, help: $0.title) }
    case .contexts:
      let config = try? Kubeconfig.load(invocation.value("kubeconfig"), environment: context.environment)
      return (config?.contexts.keys.sorted() ?? []).map { .init(value: $0, help: "") }
    case .releases, .layers, .nodes:
      guard let folder = try? Directories.cluster(invocation.value("directory")),
        let blueprint = Catalog.loadCluster(folder).blueprint
      else { return [] }
      if kind == .layers { return blueprint.layers.map { .init(value: $0.name, help: "") } }
      if kind == .nodes { return blueprint.nodes.map { .init(value: $0.name, help: $0.role.rawValue) } }
      return blueprint.releases.map { .init(value: $0.name, help: $0.namespace.name) }
    case .secrets: return SecretNames(context: context, invocation: invocation).files()
    case .secretKeys: return SecretNames(context: context, invocation: invocation).keys()
    case .text, .file, .folder, .choice, .commands: return []
    }
  }
}
