import Process
public import Redaction

/// The `age` program (https://age-encryption.org), which wraps data keys for recipients and opens them again. What is
/// secret goes through pipes, never through arguments or the disk.
public struct Age: Sendable {
  private let clock: any Clock<Duration>
  private let environment: [String: String?]
  private static let patience = Duration.seconds(30)

  /// - Parameter environment: added to this process's own.
  public init(clock: any Clock<Duration> = ContinuousClock(), environment: [String: String?] = [:]) {
    self.clock = clock
    self.environment = environment
  }

  /// Whether a text can be a recipient: `age1…`, or a public key of SSH.
  public static func isRecipient(_ text: String) -> Bool {
    let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    if text.hasPrefix("age1") { return isPlain && text.count > 10 }
    return (text.hasPrefix("ssh-ed25519 ") || text.hasPrefix("ssh-rsa ")) && !text.contains("\n")
  }

  /// Encrypts a data key for one recipient.
  func wrap(_ key: DataKey, for recipient: String) async throws -> Metadata.AgeKey {
    guard Self.isRecipient(recipient) else { throw SecretsError.recipient(recipient) }
    let output = try await run("age", ["--encrypt", "--armor", "--recipient", recipient], input: key.bytes)
    return Metadata.AgeKey(recipient: recipient, encrypted: output.text)
  }

  /// Opens a wrapped data key; `nil` where no identity fits.
  /// - Parameters:
  ///   - identities: lines of age's identity files.
  ///   - files: identity files of SSH.
  func unwrap(_ wrapped: String, identities: Secret<[UInt8]>, files: [String]) async throws -> DataKey? {
    // Standard input takes the identities, so the wrapped key, which is no secret, comes from a file.
    let folder = try PrivateFolder.make(for: .ciphertext, environment: environment)
    defer { folder.remove() }
    let path = try folder.write(Array(wrapped.utf8), as: "key.age")
    let hasIdentities = !identities.reveal().isEmpty
    let output = try await Command(
      "age",
      ["--decrypt"] + (hasIdentities ? ["--identity", "-"] : []) + files.flatMap { ["--identity", $0] } + [path],
      environment: environment, input: identities.reveal()
    ).run(timeout: Self.patience, clock: clock)
    guard output.isSuccess else {
      if output.errorText.contains("no identity matched") { return nil }
      throw SecretsError.age(message: Self.words(output))
    }
    guard output.standardOutput.count == AESGCM.keyLength else {
      throw SecretsError.age(message: "gave a data key of \(output.standardOutput.count) bytes; SOPS' have 32")
    }
    return DataKey(output.standardOutput)
  }

  /// The recipients of some identities; empty where `age-keygen` cannot say.
  public func recipients(of identities: Secret<[UInt8]>) async throws -> [String] {
    guard !identities.reveal().isEmpty else { return [] }
    let output = try await Command("age-keygen", ["-y"], environment: environment, input: identities.reveal()).run(
      timeout: Self.patience, clock: clock)
    return output.isSuccess ? output.text.split(separator: "\n").map(String.init) : []
  }

  /// A new identity, as the text of an identity file, and its recipient.
  public func generate() async throws -> (identity: Secret<[UInt8]>, recipient: String) {
    let output = try await run("age-keygen", [], input: [])
    let identity = Secret(output.standardOutput)
    guard let recipient = try await recipients(of: identity).first else {
      throw SecretsError.age(message: "age-keygen made a key and does not say whose: \(output.errorText)")
    }
    return (identity, recipient)
  }

  private func run(_ program: String, _ arguments: [String], input: [UInt8]) async throws -> CommandOutput {
    let output = try await Command(program, arguments, environment: environment, input: input).run(
      timeout: Self.patience, clock: clock)
    guard output.isSuccess else { throw SecretsError.age(message: Self.words(output)) }
    return output
  }

  /// The program's own words: `age: error: …`, without its hints for reports.
  private static func words(_ output: CommandOutput) -> String {
    let lines = output.errorText.split(separator: "\n").filter { !$0.hasPrefix("age: report unexpected") }
    let text = lines.joined(separator: "; ").replacing("age: error: ", with: "").replacing("age: ", with: "")
    return text.isEmpty ? "ended with \(output.status)" : text
  }
}
