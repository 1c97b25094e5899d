/// Which of a program's outputs.
public enum ProcessStream: Sendable, Equatable { case output, error }

/// What to do about something that a program wrote.
public enum ProcessReply: Sendable, Equatable {
  /// Goes to its standard input, behind what is still to be written there.
  case write([UInt8])
  /// Closes its standard input behind that.
  case closeInput
  /// Asks it to end.
  case end
}

extension Command {
  /// Runs the program to its end, and answers what it writes while it runs.
  ///
  /// Its standard input stays open behind ``input`` until an answer closes it or the program is to end.
  /// - Parameters:
  ///   - timeout: After this the program and its children are ended. `nil` waits for ever.
  ///   - clock: Measures the time-out and the grace between SIGTERM and SIGKILL.
  ///   - grace: How long the program and its children have between SIGTERM and SIGKILL.
  ///   - hear: Called in order, one call at a time, on a thread of its own that may block.
  /// - Throws: as ``run(timeout:clock:grace:)``.
  public func converse(
    timeout: Duration? = nil, clock: any Clock<Duration> = ContinuousClock(), grace: Duration = .seconds(5),
    _ hear: @escaping @Sendable (ProcessStream, [UInt8]) -> [ProcessReply]
  ) async throws -> CommandOutput.Status {
    try Task.checkCancellation()
    let listener = ProcessListener(clock: clock, grace: grace, hear: hear)
    return try await end(of: try start(.collect, .collect, listener: listener), timeout, clock, grace).status
  }
}

/// Who hears what a program writes.
struct ProcessListener: Sendable {
  var clock: any Clock<Duration>
  var grace: Duration
  var hear: @Sendable (ProcessStream, [UInt8]) -> [ProcessReply]
}
