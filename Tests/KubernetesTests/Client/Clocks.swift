import Synchronization

/// A clock on which waits are over at once, and time passes only by them and by `advance`.
final class JumpingClock: Clock {
  struct Instant: InstantProtocol {
    var offset: Duration
    func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
    func duration(to other: Instant) -> Duration { other.offset - offset }
    static func < (a: Instant, b: Instant) -> Bool { a.offset < b.offset }
  }
  private let time = Mutex(Duration.zero)
  var now: Instant { Instant(offset: time.withLock { $0 }) }
  var minimumResolution: Duration { .zero }
  func advance(by duration: Duration) { time.withLock { $0 += duration } }
  func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    try Task.checkCancellation()
    time.withLock { $0 = max($0, deadline.offset) }
    await Task.yield()
  }
}

/// The real clock, which `advance` puts forward.
final class ShiftedClock: Clock {
  typealias Instant = ContinuousClock.Instant
  private let shift = Mutex(Duration.zero)
  var now: Instant { ContinuousClock.now + shift.withLock { $0 } }
  var minimumResolution: Duration { .zero }
  func advance(by duration: Duration) { shift.withLock { $0 += duration } }
  func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    try await ContinuousClock().sleep(until: deadline - shift.withLock { $0 })
  }
}
