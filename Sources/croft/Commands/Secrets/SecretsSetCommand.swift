import JSON
import Redaction
import Secrets
import Terminal

/// `croft secrets set`
enum SecretsSetCommand: Subcommand {
  static let spec = CommandSpec(
    name: "secrets set", summary: "put a value into a secret",
    discussion: """
      Reads the value from standard input, or asks for it without showing it, and never from the command line, which \
      other programs can see. One line break at the end is left out. Other values stay the same in the file. Where \
      secrets/rotation.yaml has dates for the value, today is noted.
      """,
    arguments: [
      .init(label: "NAME", kind: .secrets, arity: .one, help: "a secret's name, or the path of a file"),
      .init(label: "KEY", kind: .secretKeys, arity: .one, help: "a key; dots lead into mappings: stringData.password"),
    ],
    options: [
      .value("random", nil, "LENGTH", .text, "letters and digits, made for the purpose"),
      .flag("json", nil, "the value is JSON: a number, a truth value, a list"),
      .flag("exact", nil, "keep a line break at the end"),
      .value("every", nil, "TIME", .text, "it is to be changed every so often: 90d, 12w, 1y"),
      .value("expires", nil, "DAY", .text, "it expires: 2027-01-31"),
      SecretsWork.deployFlag,
    ],
    examples: [
      .init("croft secrets set smtp password", "asks for the value"),
      .init("croft secrets set tailscale authkey --every 90d < authkey.txt", "from a file, and to be changed"),
      .init("croft secrets set tailscale authkey --deploy < new.txt", "rotates it: who reads it is started anew"),
      .init("croft secrets set paperless secret-key --random 50", "a value that nobody has seen"),
    ])

  static func run(_ context: Context) async throws -> ExitCode {
    let invocation = context.invocation
    let path = ValuePath(invocation.arguments[1])
    let every = try checked(invocation.value("every"), "--every is a time, such as 90d, 12w or 1y") {
      Rotation.days($0)
    }
    let expires = try checked(invocation.value("expires"), "--expires is a day, such as 2027-01-31") { Day($0) }
    let work = SecretsWork(context)
    let file = try work.file(invocation.arguments[0])
    guard file.format != .binary else {
      throw Exit(.failure, "\(file.path) is one value and has no keys; use 'croft secrets encrypt'")
    }
    let isNew = try FileContent.readIfThere(file.path) == nil
    var open =
      isNew
      ? try await work.new(Array((file.format == .json ? "{}" : "").utf8), at: file.path, format: file.format)
      : try await work.sealed(file).open(with: work.keyring())
    let isChanged = try open.set(try await value(context), at: path)
    if isChanged || isNew { try work.write(open) }

    let rotation = try work.files.rotationPath
    var change = Rotation.Change(secret: file.name, key: "\(path)", expires: expires)
    if every != nil { change.every = invocation.value("every") }
    let isNoted =
      isChanged || every != nil || expires != nil
      ? try Rotation.note([change], today: work.today, in: rotation) : false
    if context.format == .json {
      let answer: JSON = [
        "file": .string(file.path), "key": .string("\(path)"), "isChanged": .bool(isChanged), "isNoted": .bool(isNoted),
      ]
      context.output.line(answer.text)
      return try await work.deployed(file)
    }
    context.output.line(isChanged ? "set \(path) in \(file.path)" : "\(path) in \(file.path) is so already")
    if isNoted { context.output.line("noted in \(rotation)") }
    return try await work.deployed(file)
  }

  private static func checked<Value>(
    _ text: String?, _ message: String, _ parse: (String) -> Value?
  ) throws -> Value? {
    guard let text else { return nil }
    guard let value = parse(text) else {
      throw UsageError(message: "\(message), not '\(text)'", command: spec.name)
    }
    return value
  }

  private static func value(_ context: Context) async throws -> Secret<Value> {
    let invocation = context.invocation
    if let text = invocation.value("random") {
      guard let length = Int(text), (8...1000).contains(length) else {
        throw UsageError(message: "--random is a length from 8 to 1000, not '\(text)'", command: spec.name)
      }
      return Secret(.text(Password.random(length).reveal()))
    }
    var bytes: [UInt8]
    if TerminalDevice.standardInput.isTerminal {
      guard let line = try await Prompt.hidden("Value of \(invocation.arguments[1]): "), !line.isEmpty else {
        throw Exit(.failure, "there was no value; nothing was changed")
      }
      bytes = Array(line.utf8)
    } else {
      bytes = try SecretsWork.input()
      if !invocation.has("exact"), bytes.last == 0x0A {
        bytes.removeLast()
        if bytes.last == 0x0D { bytes.removeLast() }
      }
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Exit(.failure, "the value is no text; keep such a file as a whole: croft secrets encrypt")
    }
    guard invocation.has("json") else { return Secret(.text(text)) }
    do { return Secret(Value(try JSON(parsing: text))) } catch {
      throw Exit(.failure, "the value is not JSON: \(error)")
    }
  }
}
