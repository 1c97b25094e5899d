extension Command {
  /// Runs the program to its end and returns what it wrote. A status other than 0 is not an error here.
  ///
  /// The command has ended when the program has; a child it left in the background does not delay the answer.
  /// - Parameters:
  ///   - timeout: After this the program and its children are ended. `nil` waits for ever.
  ///   - clock: Measures the time-out and the grace between SIGTERM and SIGKILL.
  ///   - grace: How long the program and its children have between SIGTERM and SIGKILL.
  /// - Throws: `ProcessError`; `CancellationError` when the task is cancelled, after the program and its children
  ///   have ended.
  public func run(
    timeout: Duration? = nil, clock: any Clock<Duration> = ContinuousClock(), grace: Duration = .seconds(5)
  ) async throws -> CommandOutput {
    try Task.checkCancellation()
    return try await end(of: try start(.collect, .collect), timeout, clock, grace)
  }

  /// Waits for the end of a program that this task alone watches.
  func end(
    of process: RunningProcess, _ timeout: Duration?, _ clock: any Clock<Duration>, _ grace: Duration
  ) async throws -> CommandOutput {
    try await withTaskCancellationHandler {
      try await withThrowingTaskGroup(of: CommandOutput?.self) { group in
        group.addTask { await process.ended() }
        if let timeout {
          group.addTask {
            try? await clock.sleep(for: timeout)
            return nil
          }
        }
        var hasTimedOut = false
        while let answer = try await group.next() {
          if let output = answer {
            group.cancelAll()
            if let timeout, hasTimedOut { throw ProcessError.timedOut(executable, after: timeout) }
            try Task.checkCancellation()
            return output
          }
          hasTimedOut = !Task.isCancelled
          process.end(grace: grace, clock: clock)
        }
        throw CancellationError()
      }
    } onCancel: {
      process.end(grace: grace, clock: clock)
    }
  }
}
