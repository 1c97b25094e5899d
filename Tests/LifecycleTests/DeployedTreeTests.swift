import Blueprint
import Diagnostics
import Foundation
import Process
import Render
import Testing

@testable import Lifecycle

/// What a repository holds, compared with what was deployed; read by the real git from real repositories.
struct DeployedTreeTests {
  @Test func bytesAreThoseOfTheCommit() async throws {
    try await withRepository { repository in
      try repository.write("home/generated/flux/cluster.yaml", "a: 1\r\n")
      try repository.write("home/generated/README.md", "\u{1F404}\n")
      try repository.write("home/charts/own chart/Chart.yaml", "name: own\n")
      try repository.write("other/file", "nobody asks for it\n")
      // Neither changes what an engine reads of the commit's tree.
      try repository.write(".gitattributes", "* text=auto eol=crlf\n")
      try await repository.commit()
      let read = try await repository.remote().read(["home/generated", "home/charts/own chart"])
      #expect(read.commit.count == 40)
      #expect(
        read.files.keys.sorted() == [
          "home/charts/own chart/Chart.yaml", "home/generated/README.md", "home/generated/flux/cluster.yaml",
        ])
      #expect(read.files["home/generated/README.md"] == Array("\u{1F404}\n".utf8))
      #expect(try await repository.remote().read(["nowhere"]).files.isEmpty)
    }
  }

  @Test func whatDiffersIsNamed() {
    let committed = CommittedTree(
      commit: "c", folder: "home/generated",
      files: [
        "home/generated/flux/a.yaml": [1], "home/generated/flux/old.yaml": [1], "home/generated/README.md": [1],
        "home/generated/nodes/cow/mine": [1], "home/generated/.croft.json": [1], "home/charts/own/Chart.yaml": [1],
        "home/charts/own/.helmignore": [1], "home/charts/own/gone.yaml": [1],
      ])
    var changed = RenderedFile("README.md", "")
    changed.bytes = [2]
    var same = RenderedFile("flux/a.yaml", "")
    same.bytes = [1]
    let difference = committed.difference(
      to: [same, changed, RenderedFile("flux/new.yaml", "")], beside: ["home/charts/own/Chart.yaml": [1]],
      folders: ["home/charts/own"])
    #expect(difference.missing == ["home/generated/flux/new.yaml"])
    #expect(difference.changed == ["home/generated/README.md"])
    // What somebody put where no engine looks is theirs.
    #expect(difference.surplus == ["home/charts/own/gone.yaml", "home/generated/flux/old.yaml"])
  }

  @Test func whatIsNotThereIsSaid() async throws {
    try await withRepository { repository in
      await #expect(throws: HandOverProblem.noBranch(repository.gitops(), others: [])) {
        _ = try await repository.remote().read(["generated"])
      }
      try repository.write("file", "text\n")
      try await repository.commit()
      let problem = await #expect(throws: HandOverProblem.self) {
        _ = try await repository.remote(branch: "production").read(["generated"])
      }
      #expect(
        problem?.description.contains("has no branch 'production'; it has 'main': say which in 'gitops.branch'") == true
      )
    }
  }

  /// Nobody is asked for a password, and nothing is waited for longer than said.
  @Test(arguments: ["https://127.0.0.1:1/home.git", "ssh://nobody@127.0.0.1:1/home.git", "file:///nowhere/home.git"])
  func anUnreachableRepositoryIsSaid(_ url: String) async throws {
    let gitops = GitOpsSpec(
      engine: .flux, repository: url, path: "generated/flux",
      span: .init(file: "cluster.yaml", line: 1, column: 1, length: 1))
    let problem = await #expect(throws: HandOverProblem.self) {
      _ = try await GitRemote(gitops: gitops, clock: ContinuousClock()).read(["generated"])
    }
    let words = problem?.description ?? ""
    #expect(words.hasPrefix("\(url) cannot be read: ") && !words.contains("Could not read from"), "\(words)")
    #expect(words.split(whereSeparator: { $0.isNewline }).count == 1, "\(words)")
  }

  /// What git and ssh wrote for a key that is refused, a host that is not known, a repository that is not there.
  @Test(
    arguments: [
      (
        "Permission denied, please try again.\r\nann@git: Permission denied (publickey,password).\r\n"
          + "fatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\n"
          + "and the repository exists.\n", "ann@git: Permission denied (publickey,password)"
      ),
      (
        "Host key verification failed.\r\nfatal: Could not read from remote repository.\n",
        "Host key verification failed"
      ),
      (
        "remote: not found\nfatal: repository 'https://git/a.git/' not found\n",
        "repository 'https://git/a.git/' not found"
      ), ("", "git ended with exited(128)"),
    ])
  func theFirstWordsThatSayWhatIsWrong(_ text: String, _ words: String) {
    let output = CommandOutput(status: .exited(128), standardOutput: [], standardError: Array(text.utf8))
    #expect(GitRemote.words(output) == words)
  }

  @Test(arguments: [("a1 blob 3\nabc\nb2 blob 0\n\n", ["abc", ""]), ("a1 blob 4\na\nb\n\n", ["a\nb\n"]), ("", [])])
  func batchesAreTakenApart(_ batch: String, _ contents: [String]) {
    #expect(GitRemote.contents(Array(batch.utf8)) == contents.map { Array($0.utf8) })
  }

  @Test(arguments: ["a1 missing\n", "a1 blob 9\nabc\n", "a1 blob x\n", "a1"])
  func otherAnswersAreNoContents(_ batch: String) {
    #expect(GitRemote.contents(Array(batch.utf8)) == nil)
  }
}

private struct TestRepository: Sendable {
  let folder: String

  func gitops(branch: String = "main") -> GitOpsSpec {
    GitOpsSpec(
      engine: .flux, repository: "file://\(folder)", branch: branch, path: "home/generated/flux",
      span: .init(file: "cluster.yaml", line: 1, column: 1, length: 1))
  }

  func remote(branch: String = "main") -> GitRemote {
    GitRemote(gitops: gitops(branch: branch), clock: ContinuousClock())
  }

  func write(_ path: String, _ text: String) throws {
    let url = URL(filePath: folder).appending(path: path)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  func commit() async throws {
    try await git("add", ".")
    try await git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "-m", "All of it")
  }

  func git(_ arguments: String...) async throws {
    let output = try await Command("git", arguments, directory: folder).run(timeout: .seconds(300))
    try #require(output.isSuccess, "\(output)")
  }
}

private func withRepository(_ body: @Sendable (TestRepository) async throws -> Void) async throws {
  let folder = FileManager.default.temporaryDirectory.path(percentEncoded: false) + "croft-tree-\(UUID())"
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  let repository = TestRepository(folder: folder)
  try await repository.git("init", "--quiet", "--initial-branch", "main", ".")
  try await body(repository)
}
