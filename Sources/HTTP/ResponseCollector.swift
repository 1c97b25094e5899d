/// Gathers a whole answer in one buffer and hands it to the one who waits.
final class ResponseCollector: Receiver {
  private struct State {
    var response = HTTPResponse(status: 0, headers: [:], body: [])
    var waiter: CheckedContinuation<HTTPResponse, any Error>?
    var isCancelled = false
  }

  private let state = Lock(State())

  var isCancelled: Bool { state.withLock { $0.isCancelled } }

  func wait(_ waiter: CheckedContinuation<HTTPResponse, any Error>) {
    state.withLock { $0.waiter = waiter }
  }

  func cancel() { state.withLock { $0.isCancelled = true } }

  func receive(_ head: Head) {
    state.withLock { state in
      state.response.status = head.status
      state.response.headers = head.headers
      if let length = head.headers["content-length"].flatMap(Int.init), length > 0 {
        // A hint from outside, so not without a bound.
        state.response.body.reserveCapacity(min(length, 16 << 20))
      }
    }
  }

  func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
    state.withLock { $0.response.body.append(contentsOf: bytes) }
    return true
  }

  func finish(_ error: (any Error)?) {
    let (waiter, response) = state.withLock { state in
      defer { state = State(isCancelled: state.isCancelled) }
      return (state.waiter, state.response)
    }
    if let error { waiter?.resume(throwing: error) } else { waiter?.resume(returning: response) }
  }
}
