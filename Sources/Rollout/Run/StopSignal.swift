/// Asks a workflow to stop cleanly: what is in flight ends, nothing new starts.
///
/// Cancelling the task instead cuts off what is in flight.
public actor StopSignal {
  public private(set) var isStopped = false
  private var waiters: [Int: AsyncStream<Never>.Continuation] = [:]
  private var next = 0

  public init() {}

  public func stop() {
    isStopped = true
    for waiter in waiters.values { waiter.finish() }
    waiters = [:]
  }

  /// Returns when the signal is given, or when the task is cancelled.
  public func wait() async {
    if isStopped { return }
    let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
    next += 1
    let key = next
    waiters[key] = continuation
    for await _ in stream {}
    waiters[key] = nil
  }
}
