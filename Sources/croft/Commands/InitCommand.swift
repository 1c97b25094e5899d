import Blueprint
@preconcurrency import Glibc
import JSON
import Terminal

/// `croft init [DIR]`
enum InitCommand: Subcommand {
  static let spec = CommandSpec(
    name: "init", summary: "make the folder of a new cluster",
    discussion: """
      Writes a cluster.yaml that is ready to be changed, a README.md and a .gitignore. Asks for what the flags leave \
      open, or copies one of the examples, which this program carries. No file that is there is ever written over.
      """,
    arguments: [
      .init(label: "DIR", kind: .folder, arity: .optional, help: "the folder; made where it is missing (default: .)")
    ],
    options: [
      .value("from", nil, "EXAMPLE", .choice(Example.all.map(\.name)), "copy this example instead of asking"),
      .value("name", nil, "NAME", .text, "the cluster's name (default: the folder's)"),
      .value("domain", nil, "DOMAIN", .text, "the domain that applications get names in"),
      .value(
        "distribution", nil, "NAME", .choice(KubernetesSpec.Distribution.allCases.map(\.rawValue)),
        "which Kubernetes (default: k3s)"),
      .list(
        "node", nil, "NAME=ADDRESS[,ROLE]", .text,
        "a machine, with as many addresses as it has; the first is a control-plane, the others are workers"),
      .flag("yes", "y", "ask nothing; take the default for what no flag says"),
    ],
    examples: [
      .init("croft init home", "asks a few questions and makes the folder home"),
      .init(
        "croft init --yes --name home --node cow=192.168.14.11 --node sheep=192.168.14.12",
        "in this folder, without a question"),
      .init("croft init lab --from nixlab", "starts from an example"),
    ])

  static func run(_ context: Context) async throws -> ExitCode {
    let invocation = context.invocation
    let folder = invocation.arguments.first ?? invocation.value("directory") ?? "."
    let scaffold: Scaffold
    if let name = invocation.value("from") {
      scaffold = try copy(name, context)
    } else {
      scaffold = Scaffold(try await answers(folder, context))
    }
    if let mistake = scaffold.mistakes.first { throw UsageError(message: mistake, command: spec.name) }
    try NewFolder(path: folder).write(scaffold.files)
    show(scaffold, in: folder, context)
    return .success
  }

  private static func copy(_ name: String, _ context: Context) throws -> Scaffold {
    guard let example = Example.all.first(where: { $0.name == name }) else {
      throw UsageError(message: "there is no example '\(name)'", command: spec.name)
    }
    if let option = ["domain", "distribution", "node"].first(where: { !context.invocation.list($0).isEmpty }) {
      throw UsageError(
        message: "--\(option) has no effect on an example; copy it and edit its cluster.yaml", command: spec.name)
    }
    return Scaffold(example, name: context.invocation.value("name"))
  }

  private static func answers(_ folder: String, _ context: Context) async throws -> ClusterAnswers {
    let invocation = context.invocation
    var answers = ClusterAnswers(
      name: invocation.value("name") ?? ClusterAnswers.name(ofFolder: NewFolder(path: folder).absolutePath),
      domain: invocation.value("domain"), machines: try ClusterAnswers.machines(invocation.list("node")))
    if let name = invocation.value("distribution"), let distribution = KubernetesSpec.Distribution(rawValue: name) {
      answers.distribution = distribution
    }
    if invocation.has("yes") { return answers }
    // Before somebody has answered everything.
    try NewFolder(path: folder).refuse(Scaffold(answers).files)
    guard TerminalDevice.standardInput.isTerminal, TerminalDevice.standardError.isTerminal, context.format == .text
    else {
      throw Exit(.usage, "there is no terminal to ask on; say --yes to take the default for what no flag says")
    }
    var questionnaire = Questionnaire(context: context, answers: answers)
    try await questionnaire.ask()
    return questionnaire.answers
  }

  private static func show(_ scaffold: Scaffold, in folder: String, _ context: Context) {
    let output = context.output
    let paths = scaffold.files.map(\.path).sorted()
    if context.format == .json {
      let json: JSON = [
        "name": .string(scaffold.name), "folder": .string(folder), "files": .array(paths.map { .string($0) }),
      ]
      output.line(json.text)
      return
    }
    for path in paths { output.line(folder == "." ? path : "\(folder)/\(path)") }
    let steps = (folder == "." ? [] : [("cd \(folder)", "")]) + scaffold.steps
    output.line("\nNext: edit cluster.yaml, and then")
    let width = steps.map { TextWidth.of($0.0) }.max() ?? 0
    for (line, meaning) in steps {
      let shown = meaning.isEmpty ? line : TextWidth.pad(line, to: width)
      output.line("  \(context.style(shown, .cyan))\(meaning.isEmpty ? "" : "  \(meaning)")")
    }
  }
}
