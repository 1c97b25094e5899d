import Blueprint
import Process
import Render
import Secrets

/// A branch of a Git repository, read with the `git` program: the user's own keys, helpers and settings count, and nobody
/// is asked anything.
struct GitRemote: Sendable {
  let gitops: GitOpsSpec
  let clock: any Clock<Duration>
  /// How long one answer may take.
  var patience = Duration.seconds(60)

  /// The files below some folders at the branch's newest commit. Their bytes are those of the repository: no line ends
  /// are changed and no filters run.
  /// - Throws: `HandOverProblem.unreachable`, `.noBranch`.
  func read(_ folders: [String]) async throws -> (commit: String, files: [String: [UInt8]]) {
    let folder = try PrivateFolder.make(for: .ciphertext, environment: [:])
    defer { folder.remove() }
    _ = try await answer(["init", "--quiet", "--bare", folder.path])
    let branch = "refs/heads/\(gitops.branch)"
    let fetched = try await git(
      ["fetch", "--quiet", "--depth", "1", "--no-tags", "--", gitops.repository, "+\(branch):refs/croft/head"],
      in: folder.path)
    guard fetched.isSuccess else { throw try await reason(of: fetched) }
    let commit = Self.trimmed(try await answer(["rev-parse", "refs/croft/head"], in: folder.path).text)
    let tree = try await answer(
      ["ls-tree", "-r", "-z", "--full-tree", commit, "--"] + folders, in: folder.path)
    let entries = Self.entries(tree.standardOutput)
    let blobs = try await answer(
      ["cat-file", "--batch"], in: folder.path, input: Array(entries.map { "\($0.blob)\n" }.joined().utf8))
    guard let contents = Self.contents(blobs.standardOutput), contents.count == entries.count else {
      throw HandOverProblem.unreachable(gitops.repository, reason: "git gave other files than those of the commit")
    }
    return (commit, Dictionary(zip(entries.map(\.path), contents)) { first, _ in first })
  }

  /// A branch that is not there, or a repository that does not answer.
  private func reason(of failure: CommandOutput) async throws -> HandOverProblem {
    let heads = try await git(["ls-remote", "--heads", "--", gitops.repository])
    guard heads.isSuccess else { return .unreachable(gitops.repository, reason: Self.words(heads)) }
    let names = heads.text.split(separator: "\n").compactMap { line in
      line.firstRange(of: "refs/heads/").map { String(line[$0.upperBound...]) }
    }
    if !names.contains(gitops.branch) { return .noBranch(gitops, others: names) }
    return .unreachable(gitops.repository, reason: Self.words(failure))
  }

  // MARK: The program

  private func answer(_ arguments: [String], in folder: String? = nil, input: [UInt8] = []) async throws
    -> CommandOutput
  {
    let output = try await git(arguments, in: folder, input: input)
    guard output.isSuccess else {
      throw HandOverProblem.unreachable(gitops.repository, reason: "git \(arguments[0]): \(Self.words(output))")
    }
    return output
  }

  private func git(_ arguments: [String], in folder: String? = nil, input: [UInt8] = []) async throws -> CommandOutput {
    var command = Command(
      "git", ["-c", "core.askPass="] + (folder.map { ["--git-dir", $0] } ?? []) + arguments,
      environment: [
        "GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": nil, "SSH_ASKPASS": nil, "SSH_ASKPASS_REQUIRE": "never",
        "GCM_INTERACTIVE": "never", "LC_ALL": "C",
        // Of a repository that this runs in.
        "GIT_DIR": nil, "GIT_WORK_TREE": nil, "GIT_INDEX_FILE": nil, "GIT_OBJECT_DIRECTORY": nil, "GIT_NAMESPACE": nil,
      ], input: input)
    command.isDetached = true
    do {
      return try await command.run(timeout: patience, clock: clock)
    } catch let error as ProcessError {
      throw HandOverProblem.unreachable(gitops.repository, reason: "\(error)")
    }
  }

  /// git's own words, or ssh's: the first that say what is wrong, and not what to do about it in general.
  static func words(_ output: CommandOutput) -> String {
    let general = ["Could not read from", "please try again", "Please make sure", "and the repository exists"]
    // ssh ends its lines with CR LF.
    let lines = output.errorText.split(whereSeparator: \.isNewline).map(trimmed).filter { line in
      !line.isEmpty && !line.hasPrefix("warning: ") && !general.contains { line.contains($0) }
    }
    let marks = ["fatal: ", "error: ", "ssh: "]
    var text = lines.first { line in marks.contains { line.hasPrefix($0) } } ?? lines.first ?? ""
    if let mark = marks.first(where: { text.hasPrefix($0) }) { text.removeFirst(mark.count) }
    while text.last == "." { text.removeLast() }
    return text.isEmpty ? "git ended with \(output.status)" : text
  }

  // MARK: What it writes

  /// `MODE TYPE BLOB\tPATH`, each with a zero behind it.
  static func entries(_ listing: [UInt8]) -> [(path: String, blob: String)] {
    listing.split(separator: 0).compactMap { entry in
      guard let tab = entry.firstIndex(of: 0x09) else { return nil }
      let words = entry[..<tab].split(separator: 0x20)
      guard words.count == 3, words[1].elementsEqual("blob".utf8) else { return nil }
      return (
        String(decoding: entry[entry.index(after: tab)...], as: UTF8.self), String(decoding: words[2], as: UTF8.self)
      )
    }
  }

  /// `BLOB blob LENGTH\n`, so many bytes, `\n`, and so on. `nil` where it is something else.
  static func contents(_ batch: [UInt8]) -> [[UInt8]]? {
    var contents: [[UInt8]] = []
    var rest = batch[...]
    while let end = rest.firstIndex(of: 0x0A) {
      let words = rest[..<end].split(separator: 0x20)
      guard words.count == 3, let length = Int(String(decoding: words[2], as: UTF8.self)) else { return nil }
      let start = rest.index(after: end)
      guard rest.endIndex - start > length else { return nil }
      contents.append(Array(rest[start..<start + length]))
      rest = rest[(start + length + 1)...]
    }
    return rest.isEmpty ? contents : nil
  }

  private static func trimmed(_ text: some StringProtocol) -> String {
    var text = Substring(text)
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text.drop(while: \.isWhitespace))
  }
}
