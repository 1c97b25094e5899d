/// Holds what of a streamed answer was not read yet. Nothing is lost: when it is full, the transfer pauses.
final class StreamBuffer: Receiver {
  /// Bytes that may wait before the transfer pauses.
  static let capacity = 1 << 20

  private struct State {
    var headWaiter: CheckedContinuation<Head, any Error>?
    var bytes: [UInt8] = []
    var pieceWaiter: CheckedContinuation<[UInt8]?, any Error>?
    var isPaused = false
    var isCancelled = false
    var isFinished = false
    /// Why it finished, until someone was told.
    var error: (any Error)?
  }

  private let state = Lock(State())

  var isCancelled: Bool { state.withLock { $0.isCancelled } }

  /// - Returns: Whether there is still something to cancel.
  func cancel() -> Bool {
    state.withLock { state in
      state.isCancelled = true
      return !state.isFinished
    }
  }

  func waitForHead(_ waiter: CheckedContinuation<Head, any Error>) {
    state.withLock { $0.headWaiter = waiter }
  }

  /// Resumes `waiter` with all that is there, as soon as there is something; with `nil` at the end.
  /// - Returns: Whether the transfer was paused and can go on.
  func waitForPiece(_ waiter: CheckedContinuation<[UInt8]?, any Error>) -> Bool {
    enum Step {
      case wait
      case piece([UInt8])
      case end((any Error)?)
    }
    let (step, wasPaused): (Step, Bool) = state.withLock { state in
      if state.isCancelled {
        state.bytes = []
        state.error = nil
        return (.end(CancellationError()), false)
      }
      if !state.bytes.isEmpty {
        defer {
          state.bytes = []
          state.isPaused = false
        }
        return (.piece(state.bytes), state.isPaused)
      }
      if state.isFinished {
        defer { state.error = nil }
        return (.end(state.error), false)
      }
      precondition(state.pieceWaiter == nil, "only one task at a time can read a body")
      state.pieceWaiter = waiter
      return (.wait, false)
    }
    switch step {
    case .wait: break
    case .piece(let bytes): waiter.resume(returning: bytes)
    case .end(let error?): waiter.resume(throwing: error)
    case .end(nil): waiter.resume(returning: nil)
    }
    return wasPaused
  }

  func receive(_ head: Head) {
    let waiter = state.withLock { state in
      defer { state.headWaiter = nil }
      return state.headWaiter
    }
    waiter?.resume(returning: head)
  }

  func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let (taken, waiter): (Bool, CheckedContinuation<[UInt8]?, any Error>?) = state.withLock { state in
      if let waiter = state.pieceWaiter {
        state.pieceWaiter = nil
        return (true, waiter)
      }
      if state.bytes.count >= Self.capacity {
        state.isPaused = true
        return (false, nil)
      }
      state.bytes.append(contentsOf: bytes)
      return (true, nil)
    }
    waiter?.resume(returning: Array(bytes))
    return taken
  }

  func finish(_ error: (any Error)?) {
    let (headWaiter, pieceWaiter) = state.withLock { state in
      defer {
        state.headWaiter = nil
        state.pieceWaiter = nil
      }
      state.isFinished = true
      // Whoever waits now is told now.
      if state.headWaiter == nil && state.pieceWaiter == nil { state.error = error }
      return (state.headWaiter, state.pieceWaiter)
    }
    if let headWaiter {
      headWaiter.resume(throwing: error ?? HTTPError.unreachable("the answer ended before its head"))
    }
    if let error { pieceWaiter?.resume(throwing: error) } else { pieceWaiter?.resume(returning: nil) }
  }
}
