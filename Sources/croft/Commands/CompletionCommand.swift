/// `croft completion bash|zsh|fish`
enum CompletionCommand: Subcommand {
  static let spec = CommandSpec(
    name: "completion", summary: "print a script that completes croft's command lines",
    discussion: """
      Prints a script for your shell. It completes commands, options, and the names of releases, layers, contexts \
      and codes.
      """,
    arguments: [
      .init(
        label: "SHELL", kind: .choice(CompletionScript.allCases.map(\.rawValue)), arity: .one,
        help: "bash, zsh or fish")
    ],
    examples: [
      .init("source <(croft completion bash)", "for this shell"),
      .init("croft completion bash > ~/.local/share/bash-completion/completions/croft", "for every bash"),
      .init("croft completion zsh > ~/.zfunc/_croft", "for zsh; ~/.zfunc stands in $fpath"),
      .init("croft completion fish > ~/.config/fish/completions/croft.fish", "for fish"),
    ])

  static func run(_ context: Context) -> ExitCode {
    guard let script = context.invocation.arguments.first.flatMap(CompletionScript.init) else { return .usage }
    context.output.line(script.text)
    return .success
  }
}
