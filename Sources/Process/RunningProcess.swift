@preconcurrency import Glibc
import Synchronization

/// A program that was started and may still run. It leads a process group of its own.
///
/// Letting go of this value does not end the program; `terminate` does.
public final class RunningProcess: Sendable {
  /// The process, and the group that its children are in.
  public let pid: Int32
  let name: String

  struct State {
    var output: CommandOutput?
    var waiters: [Int: CheckedContinuation<CommandOutput?, Never>] = [:]
    var nextWaiter = 0
    /// The group was asked to end.
    var isEnding = false
    /// The group was killed.
    var isKilled = false
    var killer: Task<Void, Never>?
    /// Written to when `isEnding` or `isKilled` change, so that the supervising thread looks.
    var wake: Int32
  }
  let state: Mutex<State>

  init(pid: Int32, name: String, wake: Int32) {
    self.pid = pid
    self.name = name
    state = Mutex(State(wake: wake))
  }

  public var isRunning: Bool { state.withLock { $0.output == nil } }

  /// Waits until the program has ended.
  /// - Throws: `CancellationError` when the waiting task is cancelled; the program runs on.
  public func wait() async throws -> CommandOutput.Status {
    guard let output = await nextOutput(untilCancelled: true) else { throw CancellationError() }
    return output.status
  }

  /// Asks the program and its children to end (SIGTERM), kills what is left of them after `grace` (SIGKILL),
  /// and waits until the program has ended. Does nothing to one that has ended already.
  @discardableResult
  public func terminate(
    grace: Duration = .seconds(5), clock: any Clock<Duration> = ContinuousClock()
  ) async -> CommandOutput.Status {
    end(grace: grace, clock: clock)
    return await ended().status
  }

  /// Kills the program and its children at once (SIGKILL), as a power cut would, and waits until it has ended.
  @discardableResult
  public func kill() async -> CommandOutput.Status {
    killGroup()
    return await ended().status
  }

  /// Sends a signal to the program alone, for example SIGHUP or SIGSTOP.
  public func signal(_ number: Int32) {
    state.withLock { state in
      if state.output == nil { _ = Glibc.kill(pid, number) }
    }
  }

  /// What the program left behind, whether or not the calling task is cancelled meanwhile.
  func ended() async -> CommandOutput { await nextOutput(untilCancelled: false)! }

  private func nextOutput(untilCancelled: Bool) async -> CommandOutput? {
    let id = state.withLock { state in
      state.nextWaiter += 1
      return state.nextWaiter
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let answer: CommandOutput?? = state.withLock { state in
          if let output = state.output { return .some(output) }
          if untilCancelled, Task.isCancelled { return .some(nil) }
          state.waiters[id] = continuation
          return nil
        }
        if let answer { continuation.resume(returning: answer) }
      }
    } onCancel: {
      guard untilCancelled else { return }
      state.withLock { $0.waiters.removeValue(forKey: id) }?.resume(returning: nil)
    }
  }

  /// Starts to end the group, and returns at once.
  func end(grace: Duration, clock: any Clock<Duration>) {
    state.withLock { state in
      guard state.output == nil, !state.isEnding else { return }
      state.isEnding = true
      _ = Glibc.kill(-pid, SIGTERM)
      // A stopped program would not see SIGTERM.
      _ = Glibc.kill(-pid, SIGCONT)
      wake(state)
      // Unstructured, because the task that asks may be cancelled, and a cancelled task cannot sleep.
      // It never outlives the program: `finish` cancels it.
      state.killer = Task {
        do { try await clock.sleep(for: grace) } catch { return }
        killGroup()
      }
    }
  }

  private func killGroup() {
    state.withLock { state in
      guard state.output == nil else { return }
      state.isEnding = true
      state.isKilled = true
      _ = Glibc.kill(-pid, SIGKILL)
      wake(state)
    }
  }

  private func wake(_ state: borrowing State) {
    var byte: UInt8 = 0
    write(state.wake, &byte, 1)
  }

  /// The program has ended: takes its status from the system and tells everybody who waits.
  ///
  /// Signals go out under the same lock and only while there is no output, so none can meet another process
  /// that was given this number after `waitpid`.
  func finish(standardOutput: [UInt8], standardError: [UInt8]) {
    let (waiters, output) = state.withLock { state in
      // Children that outlived their parent although the group was asked to end.
      if state.isEnding { _ = Glibc.kill(-pid, SIGKILL) }
      var raw: Int32 = 0
      while waitpid(pid, &raw, 0) < 0, errno == EINTR {}
      let signal = raw & 0x7f
      let output = CommandOutput(
        status: signal == 0 ? .exited((raw >> 8) & 0xff) : .signaled(signal), standardOutput: standardOutput,
        standardError: standardError)
      state.output = output
      state.killer?.cancel()
      state.killer = nil
      close(state.wake)
      let waiters = state.waiters.values
      state.waiters = [:]
      return (Array(waiters), output)
    }
    for waiter in waiters { waiter.resume(returning: output) }
  }
}
