import JSON
import Redaction
import Secrets

/// `croft secrets get`
enum SecretsGetCommand: Subcommand {
  static let spec = CommandSpec(
    name: "secrets get", summary: "print one value of a secret",
    discussion: "Prints the value in plain text, with a line break behind it on a terminal alone.",
    arguments: [
      .init(label: "NAME", kind: .secrets, arity: .one, help: "a secret's name, or the path of a file"),
      .init(label: "KEY", kind: .secretKeys, arity: .one, help: "a key; dots lead into mappings: stringData.password"),
    ],
    examples: [
      .init("croft secrets get smtp password", "one value"),
      .init("croft secrets get smtp password | wl-copy", "to the clipboard"),
    ])

  static func run(_ context: Context) async throws -> ExitCode {
    let work = SecretsWork(context)
    let path = ValuePath(context.invocation.arguments[1])
    let open = try await work.sealed(work.file(context.invocation.arguments[0])).open(with: work.keyring())
    guard let value = open.documents.reveal().lazy.compactMap({ $0.value(at: path) }).first else {
      throw SecretsError.noValue(file: open.path, path: "\(path)")
    }
    if context.format == .json {
      let answer: JSON = ["file": .string(open.path), "key": .string("\(path)"), "value": value.json]
      context.output.line(answer.text)
    } else if let text = value.text {
      context.output.plain(Array(text.utf8))
    } else {
      context.output.line(value.json.string ?? value.json.pretty)
    }
    return .success
  }
}
