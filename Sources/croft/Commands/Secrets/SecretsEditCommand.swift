@preconcurrency import Glibc
import JSON
import Process
import Redaction
import Secrets
import Terminal

/// `croft secrets edit`
enum SecretsEditCommand: Subcommand {
  static let spec = CommandSpec(
    name: "secrets edit", summary: "change a secret in your editor",
    discussion: """
      Opens the file in plain text in SOPS_EDITOR, VISUAL or EDITOR, and encrypts what you leave. What you do not \
      change stays the same in the file. The plain text lies in memory, in a folder that only you can look into, and is \
      removed when the editor ends, and when Croft does, however it ends. A name that has \
      no file yet makes a new one.
      """,
    arguments: [.init(label: "NAME", kind: .secrets, arity: .one, help: "a secret's name, or the path of a file")],
    options: [SecretsWork.deployFlag],
    examples: [
      .init("croft secrets edit paperless", "secrets/paperless.sops.yaml"),
      .init("croft secrets edit secrets/smtp.sops.env", "any file of SOPS"),
    ])

  static func run(_ context: Context) async throws -> ExitCode {
    let work = SecretsWork(context)
    let file = try work.file(context.invocation.arguments[0])
    let isNew = try FileContent.readIfThere(file.path) == nil
    let before =
      isNew
      ? try await work.new(example(file), at: file.path, format: file.format)
      : try await work.sealed(file).open(with: work.keyring())

    let folder = try PrivateFolder.make(for: .plainText, environment: context.environment)
    defer { folder.remove() }
    Interrupts.handle(signals: [SIGTERM, SIGHUP]) {
      folder.remove()
      _exit(ExitCode.interrupted.rawValue)
    }
    // Whatever ends this process, the folder does not outlive it by more than a second or two.
    let remover = "trap '' HUP INT TERM; tail --pid=\"$1\" -f /dev/null; rm -rf -- \"$2\""
    _ = try? Command("/bin/sh", ["-c", remover, "croft-secrets-edit", "\(getpid())", folder.path]).start()
    let plain = try before.plainBytes()
    let path = try folder.write(plain.reveal(), as: file.path.split(separator: "/").last.map(String.init) ?? "secret")
    guard let after = try await edit(before, in: path, context) else {
      report("nothing was changed", file, isChanged: false, context)
      return .success
    }
    try work.write(after)
    let noted = try note(before, after, file, work)
    report("encrypted \(file.path)" + noted, file, isChanged: true, context)
    return try await work.deployed(file)
  }

  /// Runs the editor until what it leaves can be encrypted; `nil` where nothing was changed.
  private static func edit(_ before: OpenFile, in path: String, _ context: Context) async throws -> OpenFile? {
    let plain = try before.plainBytes().reveal()
    let editor = try editor(context)
    while true {
      // A shell takes the words of the setting apart, as Git has it.
      let status = try await Command("/bin/sh", ["-c", "\(editor) \"$@\"", editor, path]).runInForeground()
      guard status == .exited(0) else {
        throw Exit(.failure, "the editor '\(editor)' ended with \(status); nothing was changed")
      }
      let edited = try FileContent.read(path)
      if edited == plain { return nil }
      do {
        var after = before
        try after.replace(with: edited)
        // Whether it can be written shows only now.
        _ = try after.seal(now: context.time()).bytes()
        return after
      } catch {
        context.error("\(error)")
        guard TerminalDevice.standardInput.isTerminal, TerminalDevice.standardError.isTerminal else {
          throw Exit(.failure, "nothing was changed")
        }
        let answer = try await Prompt.line("Return, to edit it again; n, to forget the changes: ")
        guard let answer, answer.lowercased().first != "n" else { throw Exit(.failure, "nothing was changed") }
      }
    }
  }

  private static func editor(_ context: Context) throws -> String {
    for name in ["SOPS_EDITOR", "VISUAL", "EDITOR"] {
      if let editor = context.environment[name], !editor.isEmpty { return editor }
    }
    guard let found = ["vim", "nano", "vi"].first(where: { Executable.find($0) != nil }) else {
      throw Exit(.failure, "there is no editor: set EDITOR, or install vim or nano")
    }
    return found
  }

  /// What a new file begins with.
  private static func example(_ file: SecretFile) -> [UInt8] {
    switch file.format {
    case .yaml: Array("# Keys and values of the Secret '\(file.name)'.\nexample: change-me\n".utf8)
    case .json: Array("{\n\t\"example\": \"change-me\"\n}\n".utf8)
    case .dotenv: Array("EXAMPLE=change-me\n".utf8)
    case .binary: []
    }
  }

  /// Notes today for every value with dates that was changed.
  private static func note(
    _ before: OpenFile, _ after: OpenFile, _ file: SecretFile, _ work: SecretsWork
  ) throws -> String {
    let path = try work.files.rotationPath
    let known = try Rotation.read(path).entries.filter { $0.secret == file.name }
    let changed = known.filter { entry in
      let place = ValuePath(entry.key)
      return before.members.reveal().value(at: place) != after.members.reveal().value(at: place)
    }
    let isNoted = try Rotation.note(
      changed.map { .init(secret: file.name, key: $0.key) }, today: work.today, in: path)
    return isNoted ? "; noted today in \(path)" : ""
  }

  private static func report(_ text: String, _ file: SecretFile, isChanged: Bool, _ context: Context) {
    switch context.format {
    case .text: context.output.line(text)
    case .json: context.output.line((["file": .string(file.path), "isChanged": .bool(isChanged)] as JSON).text)
    }
  }
}
