import FoundationEssentials
import Glibc
import Lab
import Process
import Testing

@Suite(.enabled(if: Lab.isAvailable, "the lab is not set up: run 'make setup'"), .timeLimit(.minutes(5)))
struct LabToolTests {
  @Test func `Ends everything when its input closes`() async throws {
    try await withFolder { folder in
      // The input closes when the file `stop` appears.
      let (shell, control) = try await start(in: folder)
      try Data().write(to: URL(filePath: "\(folder)/stop"))
      _ = try await shell.wait()
      try await untilGone(control)
    }
  }

  @Test func `Killing it leaves no process and no folder behind`() async throws {
    try await withFolder { folder in
      let (shell, control) = try await start(in: folder)
      let tool = try #require(processes(mentioning: folder).first { $0.command.hasPrefix(Self.tool) })
      kill(pid_t(tool.pid), SIGKILL)
      try await untilGone(control)
      try Data().write(to: URL(filePath: "\(folder)/stop"))
      _ = try await shell.wait()
    }
  }

  /// Starts `lab up` and waits until it says that it is up. Returns the folder of its control plane as well.
  private func start(in folder: String) async throws -> (RunningProcess, controlPlane: String) {
    let script = "while [ ! -e \"$2/stop\" ]; do sleep 0.05; done | \"$1\" up --nodes 1 --state \"$2\""
    let shell = try Command("sh", ["-c", script, "sh", Self.tool, folder])
      .start(standardOutput: .file("\(folder)/log"), standardError: .file("\(folder)/log"))
    while access("\(folder)/env", R_OK) != 0 {
      try #require(shell.isRunning, "\((try? String(contentsOfFile: "\(folder)/log", encoding: .utf8)) ?? "")")
      try await ContinuousClock().sleep(for: .milliseconds(50))
    }
    let environment = try String(contentsOfFile: "\(folder)/env", encoding: .utf8)
    let kubeconfig = try #require(environment.split(separator: "'").first { $0.hasSuffix(".kubeconfig") })
    let controlPlane = String(kubeconfig.prefix { $0 != "." }.dropLast("/admin".count))
    #expect(processes(mentioning: controlPlane).contains { $0.command.contains("/kube-apiserver") })
    return (shell, controlPlane)
  }

  /// The suite's time limit ends a wait in vain.
  private func untilGone(_ controlPlane: String) async throws {
    while access(controlPlane, F_OK) == 0 || !processes(mentioning: controlPlane).isEmpty {
      try await ContinuousClock().sleep(for: .milliseconds(50))
    }
  }

  /// Beside the test bundle, where the build leaves both.
  static var tool: String {
    let bundle = CommandLine.arguments.first { $0.contains(".xctest") } ?? CommandLine.arguments[0]
    return URL(filePath: bundle).deletingLastPathComponent().appending(path: "lab").path
  }
}
