import Foundation
import JSON
import Lab
import Process
import Testing

/// The built program against a control plane of its own, as a person uses it.
@Suite(.serialized, .enabled(if: Lab.isAvailable, "the lab is not set up: run 'make setup'"), .timeLimit(.minutes(15)))
enum EndToEnd {
  /// A cluster's folder, and what croft needs to reach the lab.
  struct Home: Sendable {
    let folder: String
    let kubeconfig: String

    var environment: [String: String] {
      [
        "HOME": folder, "KUBECONFIG": kubeconfig, "PATH": Lab.path, "LANG": "C.UTF-8",
        "CROFT_STATE": folder + "/.state", "CROFT_CACHE": folder + "/.cache",
      ]
    }

    func write(_ path: String, _ text: String) throws {
      let url = URL(filePath: folder).appending(path: path)
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: url, atomically: true, encoding: .utf8)
    }

    func croft(
      _ arguments: String..., kubeconfig: String? = nil, input: String = ""
    ) async throws -> CommandOutput {
      try await croft(arguments, kubeconfig: kubeconfig, input: input)
    }

    func croft(
      _ arguments: [String], kubeconfig: String? = nil, input: String = "", timeout: Duration = .seconds(300)
    ) async throws -> CommandOutput {
      var variables = environment.mapValues { Optional($0) }
      if let kubeconfig { variables["KUBECONFIG"] = kubeconfig }
      return try await Command(
        croftPath, arguments, environment: variables, directory: folder, input: Array(input.utf8)
      ).run(timeout: timeout)
    }

    @discardableResult
    func kubectl(_ arguments: String...) async throws -> String {
      let output = try await Command(Lab.kubectl, ["--kubeconfig", kubeconfig] + arguments).run(timeout: .seconds(300))
      try #require(output.isSuccess, "kubectl \(arguments.joined(separator: " ")): \(output.errorText)")
      return output.text
    }

    /// Starts croft here.
    /// - Returns: its process, and what it says on standard output.
    func start(_ arguments: String...) throws -> (Foundation.Process, FileHandle) {
      let process = Foundation.Process()
      process.executableURL = URL(filePath: croftPath)
      process.arguments = arguments
      process.environment = environment
      process.currentDirectoryURL = URL(filePath: folder)
      let pipe = Pipe()
      process.standardOutput = pipe
      process.standardError = FileHandle.nullDevice
      try process.run()
      return (process, pipe.fileHandleForReading)
    }

    /// Starts a deploy and kills it with SIGKILL as soon as it has written so many lines.
    /// - Returns: the lines that it had written; fewer than asked for where it ended before.
    func deployKilled(after lines: Int) throws -> Int {
      let (process, output) = try start("deploy", "--yes", "--output", "json")
      var seen = 0
      while seen < lines {
        let data = output.availableData
        if data.isEmpty { break }
        seen += data.count { $0 == UInt8(ascii: "\n") }
      }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      return seen
    }
  }

  static func withHome(
    _ plane: ControlPlane, _ body: @Sendable (Home) async throws -> Void
  ) async throws {
    let folder = FileManager.default.temporaryDirectory.path(percentEncoded: false) + "croft-e2e-\(UUID())"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await body(Home(folder: folder, kubeconfig: plane.kubeconfigPath))
  }
}

extension CommandOutput {
  /// The last line of `--output json`.
  var finished: JSON? {
    text.split(separator: "\n").last.flatMap { try? JSON(parsing: String($0)) }
  }
}
