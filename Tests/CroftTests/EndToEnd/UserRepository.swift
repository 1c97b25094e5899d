import Foundation
import Process
import Testing

/// A bare repository, under an address that only the user's own git settings lead to.
struct UserRepository: Sendable {
  static let url = "https://git.example.net/home/cluster.git"
  let home: EndToEnd.Home
  var path: String { home.folder + "/remote.git" }

  func make() async throws {
    try lead(to: path)
    try await git("init", "--quiet", "--bare", path)
    try await git("init", "--quiet", home.folder)
  }

  func lead(to path: String) throws {
    try home.write(
      ".gitconfig",
      "[user]\n  name = Ann\n  email = ann@example.net\n[url \"file://\(path)\"]\n  insteadOf = \(Self.url)\n")
  }

  func push(_ file: String, to branch: String) async throws {
    try await git("add", "--all", file)
    try await git("commit", "--quiet", "--allow-empty", "--message", "A change")
    try await git("push", "--quiet", Self.url, "HEAD:refs/heads/\(branch)")
  }

  func commit() async throws -> String {
    try await git("rev-parse", "HEAD").trimmingCharacters(in: .whitespacesAndNewlines)
  }

  @discardableResult
  private func git(_ arguments: String...) async throws -> String {
    let output = try await Command(
      "git", arguments, environment: ["HOME": home.folder, "GIT_CONFIG_NOSYSTEM": "1"], directory: home.folder
    ).run(timeout: .seconds(300))
    try #require(output.isSuccess, "git \(arguments): \(output)")
    return output.text
  }
}
