import Process
public import Redaction

/// This machine.
public final class LocalHost: Host, ScriptHost, MachineControl {
  public let name: String
  let sudoPassword: Secret<String>?
  private let clock: any Clock<Duration>

  /// - Parameters:
  ///   - name: The node's name, for messages.
  ///   - sudoPassword: What `sudo` is told where it asks.
  public init(
    name: String, sudoPassword: Secret<String>? = nil, clock: any Clock<Duration> = ContinuousClock()
  ) {
    self.name = name
    self.sudoPassword = sudoPassword
    self.clock = clock
  }

  func run(
    _ script: HostScript, content: Secret<[UInt8]>?, limit: Int, onLine: @escaping @Sendable (HostLine) -> Void
  ) async throws(HostError) -> HostResult {
    let run = ScriptRun(host: name, script, content: content, password: sudoPassword, limit: limit)
    var command = Command("sh", ["-c"] + run.wrapper.arguments(script: run.sealed))
    // A sudo that could use the terminal would ask there, behind the board.
    command.isDetached = true
    let outcome: ScriptRun.Outcome
    do throws(HostError) {
      outcome = try await run.run(command, endsWithScript: false, clock: clock, onLine: onLine)
    } catch {
      throw error.naming(user: localUser())
    }
    switch outcome {
    case .result(let result): return result
    case .notStarted(_, nil): throw .timedOut(host: name, during: script.label, after: script.timeout)
    case .notStarted(let said, _): throw notStarted(said, asRoot: script.asRoot, user: localUser())
    }
  }

  public func close() async {}
}

extension ScriptHost {
  /// What it means that a login worked and the script did not start.
  func notStarted(_ said: String, asRoot: Bool, user: String) -> HostError {
    let last = said.split(whereSeparator: \.isNewline).last.map(String.init) ?? ""
    return asRoot && said.contains("sudo")
      ? .noSudo(host: name, user: user, said: last) : .noShell(host: name, said: last)
  }
}

extension HostError {
  /// The error with the user that `sudo` asked about.
  func naming(user: String) -> HostError {
    switch self {
    case .sudoPasswordNeeded(let host, _): .sudoPasswordNeeded(host: host, user: user)
    case .wrongSudoPassword(let host, _): .wrongSudoPassword(host: host, user: user)
    default: self
    }
  }
}
