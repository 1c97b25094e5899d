import Synchronization

/// Lets a number of callers through at once; the others wait in order.
///
/// The number falls by half when the server says that it is too busy, and grows again by one with every round of
/// requests that it takes: as TCP does with a busy line.
final class Gate: Sendable {
  private struct State {
    var limit: Int
    var inside = 0
    /// Requests answered since the limit changed.
    var answered = 0
    /// Counts how often the limit fell.
    var falls = 0
    var nextTicket = 0
    var waiting: [(ticket: Int, continuation: CheckedContinuation<Bool, Never>)] = []

    /// - Returns: Whether the caller may go in.
    mutating func enter() -> Bool {
      guard inside < limit else { return false }
      inside += 1
      return true
    }
  }

  private let maximum: Int
  private let state: Mutex<State>

  init(_ limit: Int) {
    maximum = max(1, limit)
    state = Mutex(State(limit: max(1, limit)))
  }

  /// - Parameter isBusy: Whether this answer says that the server is too busy.
  /// - Throws: what `body` throws; `CancellationError` when the task is cancelled while it waits.
  func run<R>(isBusy: (R) -> Bool = { _ in false }, _ body: () async throws -> R) async throws -> R {
    try await enter()
    let falls = state.withLock { $0.falls }
    do {
      let answer = try await body()
      leave(isBusy: isBusy(answer), since: falls)
      return answer
    } catch {
      leave(isBusy: nil, since: falls)
      throw error
    }
  }

  private func enter() async throws {
    let ticket = state.withLock { state -> Int? in
      if state.enter() { return nil }
      state.nextTicket += 1
      return state.nextTicket
    }
    guard let ticket else { return }
    let entered = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let answer: Bool? = state.withLock { state in
          if Task.isCancelled { return false }
          // Someone may have left since the ticket was drawn.
          if state.enter() { return true }
          state.waiting.append((ticket, continuation))
          return nil
        }
        if let answer { continuation.resume(returning: answer) }
      }
    } onCancel: {
      let continuation = state.withLock { state in
        state.waiting.firstIndex { $0.ticket == ticket }.map { state.waiting.remove(at: $0).continuation }
      }
      continuation?.resume(returning: false)
    }
    if !entered { throw CancellationError() }
  }

  /// - Parameters:
  ///   - isBusy: `nil` where no answer came.
  ///   - falls: As it was when the request began: those already under way when the limit fell say nothing new.
  private func leave(isBusy: Bool?, since falls: Int) {
    let next = state.withLock { state in
      state.inside -= 1
      if isBusy == true, falls == state.falls {
        state.limit = max(1, state.limit / 2)
        state.falls += 1
        state.answered = 0
      } else if isBusy == false, state.limit < maximum {
        state.answered += 1
        if state.answered >= state.limit {
          state.limit += 1
          state.answered = 0
        }
      }
      var next: [CheckedContinuation<Bool, Never>] = []
      while !state.waiting.isEmpty, state.enter() { next.append(state.waiting.removeFirst().continuation) }
      return next
    }
    for continuation in next { continuation.resume(returning: true) }
  }
}
