import Blueprint
import Diagnostics
import JSON
import Redaction
import Secrets
import Terminal

/// `croft secrets init`
enum SecretsInitCommand: Subcommand {
  static let spec = CommandSpec(
    name: "secrets init", summary: "make a key, and name it in the cluster file",
    discussion: """
      Makes an age key where there is none yet, readable by you alone, and adds its public part to 'secrets.recipients' \
      in the cluster file; the rest of the file stays as it is. The key lies where 'sops' looks for it: in \
      SOPS_AGE_KEY_FILE, or in ~/.config/sops/age/keys.txt. Keep a copy in a safe place: without it nobody can read the \
      secrets.
      """,
    options: [.value("key", nil, "FILE", .file, "where the private key lies or goes")],
    examples: [
      .init("croft secrets init", "for the cluster of this folder"),
      .init("croft secrets init --key ~/keys/home.txt", "with a key in another place; set SOPS_AGE_KEY_FILE to it"),
    ])

  static func run(_ context: Context) async throws -> ExitCode {
    let work = SecretsWork(context)
    let directory = try Directories.cluster(context.invocation.value("directory"))
    let secrets = work.load(directory).blueprint?.secrets
    if let secrets, secrets.backend != .sops {
      throw Exit(
        .failure,
        "\(secrets.span.file) keeps the cluster's secrets in '\(secrets.backend.rawValue)', which needs no key")
    }
    let path = try keyPath(context)
    let (recipient, isNew) = try await key(at: path, work)

    let file = secrets?.span.file ?? "\(directory == "." ? "" : directory + "/")cluster.yaml"
    let edited = try RecipientEdit.add(recipient, to: try FileContent.read(file), file: file)
    if let edited { try FileContent.replace(file, with: edited) }

    if context.format == .json {
      let answer: JSON = [
        "key": .string(path), "isNew": .bool(isNew), "recipient": .string(recipient), "file": .string(file),
        "isAdded": .bool(edited != nil),
      ]
      context.output.line(answer.text)
      return .success
    }
    context.output.line(isNew ? "made the key \(path); keep a copy in a safe place" : "found the key \(path)")
    context.output.line(edited == nil ? "\(file) names its recipient already" : "added its recipient to \(file)")
    context.output.line("recipient: \(context.style(recipient, .bold))")
    if let rule = try CreationRules.rule(for: "\(try work.files.folder)/new.sops.yaml"),
      !rule.recipients.contains(recipient)
    {
      context.warn(
        "\(rule.source) names other recipients, and it comes before the cluster file; add the recipient there")
    }
    return .success
  }

  private static func keyPath(_ context: Context) throws -> String {
    if let path = context.invocation.value("key") { return path }
    if let path = context.environment["SOPS_AGE_KEY_FILE"], !path.isEmpty { return path }
    guard let path = Keyring.defaultFile(context.environment) else {
      throw Exit(.failure, "there is no home folder to keep the key in; name a file with --key")
    }
    return path
  }

  private static func key(at path: String, _ work: SecretsWork) async throws -> (recipient: String, isNew: Bool) {
    if let content = try FileContent.readIfThere(path) {
      guard let recipient = try await work.age.recipients(of: Secret(content)).first else {
        throw Exit(.failure, "\(path) holds no age key; move it away, or name another file with --key")
      }
      return (recipient, false)
    }
    let (identity, recipient) = try await work.age.generate()
    if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
      try FileContent.makeFolders(String(path[..<slash]), mode: 0o700)
    }
    try FileContent.create(path, with: identity.reveal())
    return (recipient, true)
  }
}
