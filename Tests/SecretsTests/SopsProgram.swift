@preconcurrency import Glibc
import Process
import Redaction
import Testing

@testable import Secrets

/// The real `sops`, in a folder of its own with a key of its own.
struct SopsProgram: Sendable {
  static let isThere = Executable.find("sops") != nil && Executable.find("age") != nil
  static let comment: Comment = "needs sops and age; 'scripts/setup' installs them"

  let folder: String
  let recipient: String

  /// Gives a fresh folder to `body`, and removes it.
  static func with(_ body: (SopsProgram) async throws -> Void) async throws {
    var name = Array("/tmp/croft-secrets-XXXXXX".utf8CString)
    _ = mkdtemp(&name)
    let folder = name.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    let (identity, recipient) = try await Age().generate()
    try FileContent.create("\(folder)/key.txt", with: identity.reveal())
    let result: Result<Void, any Error>
    do { result = .success(try await body(SopsProgram(folder: folder, recipient: recipient))) } catch {
      result = .failure(error)
    }
    _ = try await Command("rm", ["-rf", folder]).run()
    try result.get()
  }

  var environment: [String: String] { ["SOPS_AGE_KEY_FILE": "\(folder)/key.txt", "HOME": folder] }

  func keyring() async throws -> Keyring { try await Keyring.load(environment: environment) }

  func path(_ name: String) -> String { "\(folder)/\(name)" }

  func write(_ text: String, to name: String) throws { try FileContent.replace(path(name), with: Array(text.utf8)) }

  func run(_ arguments: String..., input: [UInt8] = []) async throws -> CommandOutput {
    try await Command(
      "sops", ["--disable-version-check"] + arguments,
      environment: environment.merging(["XDG_CONFIG_HOME": folder]) { $1 }.mapValues { $0 }, directory: folder,
      input: input
    ).run(timeout: .seconds(300))
  }

  /// What sops makes of a plain file.
  func encrypt(_ name: String, _ options: String...) async throws -> [UInt8] {
    let output = try await Command(
      "sops", ["--disable-version-check", "encrypt", "--age", recipient] + options + [name],
      environment: environment.mapValues { $0 }, directory: folder
    ).run(timeout: .seconds(300))
    try #require(output.isSuccess, "\(output)")
    return output.standardOutput
  }

  /// What sops reads in an encrypted file.
  func decrypt(_ bytes: [UInt8], as name: String) async throws -> CommandOutput {
    try FileContent.replace(path(name), with: bytes)
    return try await run("decrypt", name)
  }

  /// Croft's own file for sops' eyes.
  func seal(_ plain: String, as name: String, rule: EncryptionRule = .standard, macOnlyEncrypted: Bool = false)
    async throws -> SealedFile
  {
    let format = try #require(Format(path: name))
    let documents = try OpenFile.read(Array(plain.utf8), path: name, format: format)
    var file = OpenFile(
      documents, path: name, format: format, metadata: Metadata(rule: rule, macOnlyEncrypted: macOnlyEncrypted))
    try await file.setRecipients([recipient], age: Age())
    return try file.seal(now: 1_795_228_800)
  }
}
