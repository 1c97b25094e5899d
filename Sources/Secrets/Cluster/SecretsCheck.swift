public import Diagnostics
@preconcurrency import Glibc
import Redaction

/// Looks whether the secret files of a cluster are sound.
public struct SecretsCheck: Sendable {
  private let files: SecretFiles
  private let keyring: Keyring
  private let recipients: CreationRule?
  private let today: Day

  /// - Parameters:
  ///   - fallback: the recipients of the cluster file, which hold where there is no `.sops.yaml`.
  ///   - today: what dates are measured against.
  public init(_ files: SecretFiles, keyring: Keyring, fallback: CreationRule?, today: Day) {
    self.files = files
    self.keyring = keyring
    recipients = fallback
    self.today = today
  }

  public struct Report: Sendable {
    public var diagnostics: DiagnosticList
    /// Files that were looked at.
    public var files: [SecretFile]
  }

  /// Every file decrypts, its MAC is right, its recipients are those that are named, and no value is past its time.
  public func run() async throws -> Report {
    let all = try files.all()
    var diagnostics: [Diagnostic] = []
    var opened: [(SecretFile, OpenFile)] = []
    for file in all {
      do {
        let sealed = try file.read()
        diagnostics += try recipientProblems(sealed, file)
        opened.append((file, try await sealed.open(with: keyring)))
      } catch let error as SecretsError {
        diagnostics.append(Self.diagnostic(error, file.path))
      }
    }
    diagnostics += try unmarkedProblems()
    let rotation = try Rotation.read(files.rotationPath)
    diagnostics += rotation.problems + rotation.warnings(today: today)
    diagnostics += unknownEntries(rotation, all, opened)
    diagnostics += keyring.exposedFiles.map { path in
      Diagnostic(
        "CR1008", .warning, "the private key \(path) can be read by others", fix: "chmod 600 \(path)")
    }
    return Report(diagnostics: DiagnosticList(diagnostics), files: all)
  }

  private static func place(_ path: String) -> SourceSpan { SourceSpan(file: path, line: 1, column: 1) }

  private static func diagnostic(_ error: SecretsError, _ path: String) -> Diagnostic {
    switch error {
    case .mac:
      Diagnostic(
        "CR1002", .error, "\(error)".replacing("\(path): ", with: ""), at: place(path),
        fix: "take the last good version from Git")
    case .notEncrypted:
      Diagnostic(
        "CR1003", .error, "the file is not encrypted", at: place(path),
        fix: "croft secrets encrypt --in-place \(path); then change every value, because they were written in plain")
    default: Diagnostic("CR1001", .error, "\(error)".replacing("\(path): ", with: ""), at: place(path))
    }
  }

  private func recipientProblems(_ sealed: SealedFile, _ file: SecretFile) throws(SecretsError) -> [Diagnostic] {
    guard let rule = try CreationRules.rule(for: file.path) ?? recipients, !rule.recipients.isEmpty else { return [] }
    let missing = rule.recipients.filter { !sealed.metadata.recipients.contains($0) }
    let extra = sealed.metadata.recipients.filter { !rule.recipients.contains($0) }
    var parts: [String] = []
    if !missing.isEmpty { parts.append("cannot be read by \(missing.joined(separator: ", "))") }
    if !extra.isEmpty { parts.append("can still be read by \(extra.joined(separator: ", "))") }
    guard !parts.isEmpty else { return [] }
    return [
      Diagnostic(
        "CR1004", .error, "the file \(parts.joined(separator: ", and ")); \(rule.source) says otherwise",
        at: Self.place(file.path), fix: "croft secrets rotate \(file.name)")
    ]
  }

  private func unmarkedProblems() throws(SecretsError) -> [Diagnostic] {
    var diagnostics: [Diagnostic] = []
    for path in try files.unmarked() {
      guard let format = Format(path: path) else { continue }
      let isSealed = (try? SealedFile(try FileContent.read(path), path: path, format: format)) != nil
      let dot = path.lastIndex(of: ".") ?? path.endIndex
      let renamed = path[..<dot] + ".sops" + path[dot...]
      diagnostics.append(
        isSealed
          ? Diagnostic(
            "CR1003", .warning, "the file is not read: its name does not say that it is encrypted",
            at: Self.place(path),
            fix: "mv \(path) \(renamed)")
          : Diagnostic(
            "CR1003", .error, "the file is not encrypted", at: Self.place(path),
            fix: "croft secrets encrypt --to \(renamed) \(path), then delete \(path)"))
    }
    return diagnostics
  }

  /// Entries of `rotation.yaml` for what is not there.
  private func unknownEntries(
    _ rotation: Rotation, _ all: [SecretFile], _ opened: [(file: SecretFile, open: OpenFile)]
  ) -> [Diagnostic] {
    rotation.entries.compactMap { entry in
      guard all.contains(where: { $0.name == entry.secret }) else {
        let meant = Suggestion.nearest(to: entry.secret, among: all.map(\.name))
        return Diagnostic(
          "CR1006", .error, "there is no secret '\(entry.secret)'", at: entry.span,
          fix: meant.map { "did you mean '\($0)'?" } ?? "remove it")
      }
      guard let open = opened.first(where: { $0.file.name == entry.secret })?.open else { return nil }
      let members = open.documents.reveal()
      if members.contains(where: { $0.value(at: ValuePath(entry.key)) != nil }) { return nil }
      let meant = Suggestion.nearest(to: entry.key, among: members.flatMap { $0.items.map(\.key) })
      return Diagnostic(
        "CR1006", .error, "the secret '\(entry.secret)' has no '\(entry.key)'", at: entry.keySpan,
        fix: meant.map { "did you mean '\($0)'?" } ?? "remove it")
    }
  }
}
