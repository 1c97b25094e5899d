import Blueprint
import Catalog
import Diagnostics
import Process
import Redaction
import Secrets

/// What the commands around secrets share.
struct SecretsWork: Sendable {
  let context: Context
  let age: Age

  init(_ context: Context) {
    self.context = context
    age = Age(clock: context.clock, environment: [:])
    // What a crash has left behind is gone at the next start.
    PrivateFolder.removeLeftovers(environment: context.environment)
  }

  /// The cluster's secrets; those of this folder where there is no cluster file to be found.
  var files: SecretFiles {
    get throws {
      if context.invocation.value("directory") != nil { return SecretFiles(directory: try directory) }
      return SecretFiles(directory: (try? directory) ?? ".")
    }
  }

  private var directory: String { get throws(Exit) { try Directories.cluster(context.invocation.value("directory")) } }

  func file(_ nameOrPath: String) throws -> SecretFile { try files.find(nameOrPath) }

  func keyring() async throws -> Keyring {
    try await Keyring.load(environment: context.environment, age: age)
  }

  func sealed(_ file: SecretFile) throws -> SealedFile {
    do { return try file.read() } catch SecretsError.file(let path, let reason) {
      throw Exit(.failure, "\(path): \(reason); 'croft secrets edit \(file.name)' makes a new one")
    }
  }

  /// The recipients that the cluster file names; `nil` without any.
  func clusterRule() throws -> CreationRule? {
    guard let folder = try? directory else { return nil }
    let result = load(folder)
    guard let blueprint = result.blueprint else {
      throw Exit(.failure, "the cluster file has errors, so its recipients are not known; 'croft check' shows them")
    }
    guard let secrets = blueprint.secrets, !secrets.recipients.isEmpty else { return nil }
    return CreationRule(recipients: secrets.recipients.map(\.value), source: secrets.span.file)
  }

  /// What the cluster's files say, without asking whether it goes together.
  func load(_ folder: String) -> ClusterFile.LoadResult {
    Catalog.loadCluster(folder, environment: context.invocation.value("environment"))
  }

  /// How a new file is encrypted.
  func rule(for path: String) throws -> CreationRule {
    if let rule = try CreationRules.rule(for: path), !rule.recipients.isEmpty { return rule }
    guard let rule = try clusterRule() else { throw SecretsError.noRecipients(file: path) }
    return rule
  }

  /// A file with these contents and a data key of its own.
  func new(_ plain: [UInt8], at path: String, format: Format, for recipients: [String] = []) async throws -> OpenFile {
    let rule =
      recipients.isEmpty
      ? try rule(for: path) : CreationRule(recipients: recipients, source: "--recipient")
    let documents = try OpenFile.read(plain, path: path, format: format)
    var file = OpenFile(documents, path: path, format: format, metadata: rule.metadata)
    try await file.setRecipients(rule.recipients, age: age)
    return file
  }

  /// Encrypts and writes a file, with its folder.
  func write(_ file: OpenFile) throws {
    if let slash = file.path.lastIndex(of: "/") { try makeFolder(String(file.path[..<slash])) }
    try file.seal(now: context.time()).write()
  }

  private func makeFolder(_ path: String) throws {
    if !path.isEmpty { try FileContent.makeFolders(path, mode: 0o755) }
  }

  var today: Day { Day(seconds: context.time()) }

  /// All of standard input.
  static func input() throws -> [UInt8] { try FileContent.read("/dev/stdin") }
}
